import { type ProcessIdentity, identityOf, isRunning, parentOf } from './process-identity.js';

/** Signals by which a person, a terminal or a supervisor asks for the end. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const LOOK_EVERY_MS = 500;
const SIGNAL_EXIT_CODE = 130;

/** What to do when the end is asked for, and whom to watch. */
export interface StopWatch {
  /** Called once, with the reason in words: `SIGINT`, or that npm is gone. */
  readonly onStop: (reason: string) => void;
  /** Processes without which we are not wanted any more; absent: see `starters`. */
  readonly watched?: readonly number[];
}

/**
 * Calls back once when the end is asked for: by Ctrl-C, SIGTERM or SIGHUP, or because a watched process is gone. A second Ctrl-C ends
 * this process at once; the keeper stops the rest then.
 *
 * @returns a function that ends the watch.
 */
export function watchForStop({ onStop, watched = starters() }: StopWatch): () => void {
  let isAsked = false;
  const ask = (reason: string): void => {
    if (isAsked) {
      if (reason === 'SIGINT') process.exit(SIGNAL_EXIT_CODE);
      return;
    }
    isAsked = true;
    clearInterval(timer);
    onStop(reason);
  };
  const known = watched.flatMap((pid): readonly Watched[] => {
    const identity = identityOf(pid);
    return identity === null ? [] : [{ pid, identity }];
  });
  const timer = setInterval(() => {
    const gone = known.find(({ pid, identity }) => !isRunning(pid, identity));
    if (gone !== undefined) ask(`the process that started this one (pid ${gone.pid}) is gone`);
  }, LOOK_EVERY_MS);
  timer.unref();
  for (const signal of STOP_SIGNALS) process.on(signal, ask);
  return () => {
    clearInterval(timer);
    for (const signal of STOP_SIGNALS) process.off(signal, ask);
  };
}

interface Watched {
  readonly pid: number;
  readonly identity: ProcessIdentity;
}

/**
 * Under npm: npm and the shell it started us by, because a killed npm leaves its script running. Otherwise nobody: a shell may end and leave
 * us in the background on purpose.
 */
function starters(): readonly number[] {
  if (process.env['npm_lifecycle_event'] === undefined) return [];
  const npm = parentOf(process.ppid);
  return [process.ppid, ...(npm === null ? [] : [npm])].filter((pid) => pid > 1);
}
