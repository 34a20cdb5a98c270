#!/usr/bin/env node
/** The `pitwall` command. */
import { startProgram } from './starter.mjs';

await startProgram('apps/cli/dist/main.js', { script: 'pitwall', flags: [] });
