import { resolve } from 'node:path';
import { PitwallError } from '@pitwall/contracts';
import { DEFAULT_HOME, watchForStop } from '@pitwall/stack';
import { readConfig } from './config.js';
import { runOnce } from './once/run-once.js';
import { type DemoOptions, parseOptions } from './options.js';
import { runDemo } from './run-demo.js';

const FAILED = 1;
/** What a shell reports of a process that ended by Ctrl-C. */
const INTERRUPTED = 130;

/** `npm start`: reads the arguments, runs, and gives the exit code. */
export async function demo(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const parsed = parseOptions(argv, env);
  if (parsed.kind === 'end') {
    (parsed.exitCode === 0 ? process.stdout : process.stderr).write(parsed.text);
    return parsed.exitCode;
  }
  const stop = new AbortController();
  let hasGivenUp = false;
  const unwatch = watchForStop({
    onStop: (reason) => {
      process.stderr.write(`\n${reason}: stopping everything…\n`);
      stop.abort();
    },
  });
  try {
    const onGivingUp = (): void => {
      hasGivenUp = true;
      stop.abort();
    };
    const code = await run(parsed.options, { env, signal: stop.signal, onGivingUp });
    return hasGivenUp ? FAILED : code;
  } catch (error) {
    if (!(error instanceof PitwallError)) throw error;
    if (error.code === 'start_aborted' && !hasGivenUp) return parsed.options.once ? INTERRUPTED : 0;
    process.stderr.write(`${error.message}\n`);
    return FAILED;
  } finally {
    unwatch();
  }
}

interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly onGivingUp: (name: string) => void;
}

async function run(options: DemoOptions, { env, signal, onGivingUp }: Surroundings): Promise<number> {
  const config = readConfig(env);
  if (!options.once) {
    const { stdout } = process;
    const screen = {
      isTty: stdout.isTTY,
      get columns() {
        // Some terminals say 0.
        return stdout.columns || 80;
      },
      write: (text: string) => void stdout.write(text),
    };
    const dataFolder = resolve(options.dataFolder ?? DEFAULT_HOME);
    await runDemo({ options: { ...options, dataFolder }, config, screen, signal, onGivingUp });
    return 0;
  }
  const print = (line: string): void => void process.stderr.write(`${line}\n`);
  const end = await runOnce({ options, config, signal, print, onGivingUp });
  if (end === null) return INTERRUPTED;
  process.stdout.write(`${JSON.stringify(end.summary)}\n`);
  return end.holds ? 0 : FAILED;
}
