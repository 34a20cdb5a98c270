/** Everything stops in this order: whoever uses another is stopped before it. */
export const STOP_ORDER = ['service', 'kafka', 'postgres'] as const;

/** Which step of the stop order a child belongs to. */
export type StopStep = (typeof STOP_ORDER)[number];

/** How to start and stop one child process. Plain values only: it travels to the keeper as JSON. */
export interface ChildSpec {
  /** Unique among the children of one data folder; also the name of its log. */
  readonly name: string;
  readonly step: StopStep;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Added to the environment of the process that starts the stack. */
  readonly env: Readonly<Record<string, string>>;
  /** User and group to run as; absent: our own. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Absolute path; standard output and error are appended to it. */
  readonly logFile: string;
  /** Asks for a clean stop. */
  readonly stopSignal: NodeJS.Signals;
  /** Milliseconds between that signal and SIGKILL. */
  readonly graceMs: number;
}

/** How a child ended. `expected` is true when a signal was sent to it on our side. */
export interface ChildExit {
  readonly name: string;
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly expected: boolean;
}

/** The names that a child may have: they become file names. */
export const CHILD_NAME = /^[a-z][a-z0-9-]{0,63}$/;
