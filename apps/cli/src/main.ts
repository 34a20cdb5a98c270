import { cli } from './cli.js';
import { watchEndings } from './endings.js';

const { signal, stdout, stderr, settle } = watchEndings(process);
const { argv, env, stdin } = process;

const isWatched = process.stderr.isTTY;

process.exitCode = settle(
  await cli(argv.slice(2), { env, stdin, stdout, stderr, isWatched, signal, now: () => new Date() }),
);
