import { argv, env, stderr, stdin, stdout } from 'node:process';
import { cli } from './cli.js';

process.exitCode = await cli(argv.slice(2), {
  env,
  stdin,
  stdout: (text) => void stdout.write(text),
  stderr: (text) => void stderr.write(text),
});
