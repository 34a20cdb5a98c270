/** How fast event time runs against the clock on the wall: 3600 plays an hour in a second. */
export type Speed = number | 'max';

/** Says when the record of an event time is due. The first one asked for is due at once. */
export class Pacer {
  readonly #speed: Speed;
  readonly #monotonicMs: () => number;
  #start: { readonly eventTimeMs: number; readonly atMs: number } | null = null;

  constructor(speed: Speed, monotonicMs: () => number) {
    this.#speed = speed;
    this.#monotonicMs = monotonicMs;
  }

  /** What the clock of the replay shows now; null before it has begun, and at full speed, where there is no such clock. */
  eventTimeNowMs(): number | null {
    if (this.#speed === 'max' || this.#start === null) return null;
    return this.#start.eventTimeMs + (this.#monotonicMs() - this.#start.atMs) * this.#speed;
  }

  /** Milliseconds to wait; 0 or less: it is due. */
  dueInMs(eventTimeMs: number): number {
    if (this.#speed === 'max') return 0;
    const now = this.#monotonicMs();
    this.#start ??= { eventTimeMs, atMs: now };
    return this.#start.atMs + (eventTimeMs - this.#start.eventTimeMs) / this.#speed - now;
  }
}
