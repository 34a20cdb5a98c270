/** Where a command writes. */
export interface Output {
  /** For a person; dropped with `--json`. */
  line(text: string): void;
  /** For a program: one JSON document on one line; dropped without `--json`. */
  json(value: unknown): void;
  /** Beside the answer, for whoever watches: always, on standard error. */
  note(text: string): void;
  /** How far it is: one line of a terminal that the next one, or anything else, takes the place of. Dropped elsewhere. */
  progress(text: string): void;
}

/** Where text goes. */
interface Streams {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Standard error is a terminal that somebody may look at. */
  readonly isWatched: boolean;
}

const CLEAR_LINE = '\r\u001b[K';

/** An output of either kind. */
export function outputOf(format: 'text' | 'json', { stdout, stderr, isWatched }: Streams): Output {
  let isProgressShown = false;
  const clear = (): void => {
    if (isProgressShown) stderr(CLEAR_LINE);
    isProgressShown = false;
  };
  return {
    line: (text) => {
      if (format === 'json') return;
      clear();
      stdout(`${text}\n`);
    },
    json: (value) => {
      if (format !== 'json') return;
      clear();
      stdout(`${JSON.stringify(value)}\n`);
    },
    note: (text) => {
      clear();
      stderr(`${text}\n`);
    },
    progress: (text) => {
      if (!isWatched) return;
      clear();
      isProgressShown = true;
      stderr(text);
    },
  };
}
