#!/usr/bin/env node
/** The `pitwall` command. */
import { startApp } from './starter.mjs';

await startApp('cli', { script: 'pitwall', flags: [] });
