/** Where a command writes. */
export interface Output {
  /** For a person; dropped with `--json`. */
  line(text: string): void;
  /** For a program: one JSON document on one line; dropped without `--json`. */
  json(value: unknown): void;
  /** Beside the answer, for whoever watches: always, on standard error. */
  note(text: string): void;
}

/** Where text goes. */
interface Streams {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/** An output of either kind. */
export function outputOf(format: 'text' | 'json', { stdout, stderr }: Streams): Output {
  const drop = (): void => undefined;
  const note = (text: string): void => stderr(`${text}\n`);
  return format === 'json'
    ? { line: drop, json: (value) => stdout(`${JSON.stringify(value)}\n`), note }
    : { line: (text) => stdout(`${text}\n`), json: drop, note };
}
