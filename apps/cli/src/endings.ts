import { EXIT, type ExitCode } from './exit-codes.js';

/** The part of a process that asks for the end: by signals, and by a reader of the output that has gone. */
type Asking = Pick<NodeJS.Process, 'exit' | 'off' | 'on' | 'stderr' | 'stdout'>;

/** The end of the process, as a command sees it. */
export interface Endings {
  /** The end is asked for. */
  readonly signal: AbortSignal;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** The exit code of the process after the command has ended with this one. */
  readonly settle: (code: ExitCode) => ExitCode;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A command that does not look at the signal is not waited for. */
const GRACE_MS = 3_000;
const LINGER_MS = 500;

/**
 * Watches for the end. The first Ctrl-C lets the command finish what it is at; the second, or three seconds, end the process.
 * A reader that has gone (`pitwall tail | head`) is no failure: nothing is written any more, and the exit code is 0.
 */
export function watchEndings(process: Asking): Endings {
  const controller = new AbortController();
  let isUnread = false;
  const ask = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    setTimeout(() => process.exit(isUnread ? EXIT.ok : EXIT.interrupted), GRACE_MS).unref();
  };
  const onUnread = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
    if (isUnread) return;
    isUnread = true;
    if (!controller.signal.aborted) ask();
  };
  for (const signal of SIGNALS) process.on(signal, ask);
  process.stdout.on('error', onUnread);
  process.stderr.on('error', onUnread);
  const writeTo = (stream: NodeJS.WriteStream) => (text: string) => {
    if (!isUnread) stream.write(text);
  };
  return {
    signal: controller.signal,
    stdout: writeTo(process.stdout),
    stderr: writeTo(process.stderr),
    settle: (code) => {
      for (const signal of SIGNALS) process.off(signal, ask);
      const settled = isUnread ? EXIT.ok : code;
      // A client that still tries to reach somebody keeps no finished command from ending.
      setTimeout(() => process.exit(settled), LINGER_MS).unref();
      return settled;
    },
  };
}
