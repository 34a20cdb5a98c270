const RETURN_AND_CLEAR = '\r\u001B[2K';
const EVERY_MS = { tty: 500, plain: 15_000 } as const;

/** Where it is shown, and whether a person watches: then one line is written over and over. */
export interface Terminal {
  readonly isTty: boolean;
  readonly columns: number;
  write(text: string): void;
}

/** Shows a line that changes, on standard error, until it is stopped. */
export class LiveLine {
  readonly #terminal: Terminal;
  readonly #line: () => string;
  readonly #timer: NodeJS.Timeout;

  constructor(terminal: Terminal, line: () => string) {
    this.#terminal = terminal;
    this.#line = line;
    this.#timer = setInterval(() => this.#show(), terminal.isTty ? EVERY_MS.tty : EVERY_MS.plain);
  }

  /** A line that stays. */
  print(text: string): void {
    this.#terminal.write(this.#terminal.isTty ? `${RETURN_AND_CLEAR}${text}\n` : `${text}\n`);
  }

  stop(): void {
    clearInterval(this.#timer);
    if (this.#terminal.isTty) this.#terminal.write(RETURN_AND_CLEAR);
  }

  #show(): void {
    const { isTty, columns } = this.#terminal;
    const line = this.#line();
    this.#terminal.write(isTty ? `${RETURN_AND_CLEAR}${line.slice(0, Math.max(0, columns - 1))}` : `${line}\n`);
  }
}
