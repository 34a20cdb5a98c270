/** Where a command writes. */
export interface Output {
  /** For a person; dropped with `--json`. */
  line(text: string): void;
  /** For a program: one JSON document on one line; dropped without `--json`. */
  json(value: unknown): void;
}

/** An output of either kind. */
export function outputOf(format: 'text' | 'json', write: (text: string) => void): Output {
  const drop = (): void => undefined;
  return format === 'json'
    ? { line: drop, json: (value) => write(`${JSON.stringify(value)}\n`) }
    : { line: (text) => write(`${text}\n`), json: drop };
}
