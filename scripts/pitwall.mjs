#!/usr/bin/env node
/** The `pitwall` command. */
import { startProgram } from './starter.mjs';

/** Those that somebody may give to npm by mistake; which commands have them does not matter. */
const FLAGS = [
  'json',
  'pipeline',
  'topic',
  'entity',
  'limit',
  'since',
  'from',
  'to',
  'wait',
  'watch',
  'lines',
  'dry-run',
];

await startProgram('apps/cli/dist/main.js', { script: 'pitwall', flags: FLAGS });
