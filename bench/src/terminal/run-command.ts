import { PitwallError } from '@pitwall/contracts';
import { watchForStop } from '@pitwall/stack';
import type { ParsedArguments } from './arguments.js';

const FAILED = 1;
/** What a shell reports of a process that ended by Ctrl-C. */
const INTERRUPTED = 130;

/** Runs until its end or until the end is asked for, and gives the exit code. `run` is told of the latter by the signal. */
export async function runCommand<Options>(
  parsed: ParsedArguments<Options>,
  run: (options: Options, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  if (parsed.kind === 'end') {
    (parsed.exitCode === 0 ? process.stdout : process.stderr).write(parsed.text);
    return parsed.exitCode;
  }
  const stop = new AbortController();
  const unwatch = watchForStop({
    onStop: (reason) => {
      say(`\n${reason}: stopping everything…`);
      stop.abort();
    },
  });
  try {
    const code = await run(parsed.options, stop.signal);
    return stop.signal.aborted ? INTERRUPTED : code;
  } catch (error) {
    if (stop.signal.aborted) return INTERRUPTED;
    if (!(error instanceof PitwallError)) throw error;
    say(error.message);
    return FAILED;
  } finally {
    unwatch();
  }
}

/** A line for people, beside what a program may read from standard output. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
