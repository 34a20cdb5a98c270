import type { TallySnapshot } from './tally.js';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const share = new Intl.NumberFormat('en-US', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });

const ms = (value: number | null): string => (value === null ? '–' : `${whole.format(value)} ms`);
const percent = (value: number | null): string => (value === null ? '–' : share.format(value));

/** What the line calls things: the decision that acts, and the currency. */
export interface LineWords {
  readonly act: string;
  readonly currency: string;
}

/** One line with all that moves; what matters most comes first, for a narrow terminal cuts the rest off. */
export function liveLine(snapshot: TallySnapshot, { act, currency }: LineWords): string {
  const { eventTimeMs, sent, decided, duplicates, deadLettered, eventsPerSecond, p50Ms, p99Ms } = snapshot;
  const clock = eventTimeMs === null ? 'no event yet' : `${new Date(eventTimeMs).toISOString().slice(0, 16)}Z`;
  return [
    clock,
    `sent ${whole.format(sent)}`,
    `decided ${whole.format(decided)}`,
    `duplicates ${whole.format(duplicates)}`,
    `dead letters ${whole.format(deadLettered)}`,
    `labelled ${whole.format(snapshot.labelled)}`,
    `accuracy ${percent(snapshot.accuracy)}`,
    `value ${whole.format(snapshot.value)} ${currency}`,
    `${act} ${percent(snapshot.actShare)}`,
    `late ${percent(snapshot.lateShare)}`,
    `${whole.format(eventsPerSecond)} events/s`,
    `p50 ${ms(p50Ms)} p99 ${ms(p99Ms)}`,
  ].join(' · ');
}

/** Where lines go, and whether a person watches: then one line is written over and over. */
export interface Screen {
  readonly isTty: boolean;
  readonly columns: number;
  write(text: string): void;
}

const RETURN_AND_CLEAR = '\r\u001B[2K';
const EVERY_MS = { tty: 500, plain: 10_000 } as const;

/** Shows a line that changes, until it is stopped. Other lines may be printed in between by `print`. */
export class LiveDisplay {
  readonly #screen: Screen;
  readonly #line: () => string;
  readonly #timer: NodeJS.Timeout;

  constructor(screen: Screen, line: () => string) {
    this.#screen = screen;
    this.#line = line;
    this.#timer = setInterval(() => this.#show(), screen.isTty ? EVERY_MS.tty : EVERY_MS.plain);
  }

  /** A line that stays. */
  print(text: string): void {
    this.#screen.write(this.#screen.isTty ? `${RETURN_AND_CLEAR}${text}\n` : `${text}\n`);
  }

  /** Shows the line a last time and lets it stand. */
  stop(): void {
    clearInterval(this.#timer);
    this.print(this.#line());
  }

  #show(): void {
    const line = this.#line();
    this.#screen.write(this.#screen.isTty ? `${RETURN_AND_CLEAR}${cut(line, this.#screen.columns)}` : `${line}\n`);
  }
}

/** A line longer than the terminal would wrap, and could not be written over. */
function cut(line: string, columns: number): string {
  return line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 2))}…`;
}
