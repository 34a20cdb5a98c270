/** Something that happened in a run. */
export interface Happening {
  /** Milliseconds since the run began. */
  readonly atMs: number;
  readonly what: string;
}

/** What happened when, kept with what came of it: with the seed, what a rerun needs. */
export class Timeline {
  readonly #startedAt = performance.now();
  readonly #happenings: Happening[] = [];

  get happenings(): readonly Happening[] {
    return this.#happenings;
  }

  /** Milliseconds since the run began. */
  nowMs(): number {
    return Math.round(performance.now() - this.#startedAt);
  }

  note(what: string): void {
    this.#happenings.push({ atMs: this.nowMs(), what });
  }
}
