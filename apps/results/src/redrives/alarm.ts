/** Sleeps that can be cut short. */
export class Alarm {
  private readonly sleepers = new Set<() => void>();

  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener('abort', () => this.ring(), { once: true });
  }

  /** Resolves after so many milliseconds, when it rings, or at once when the signal was given. */
  sleep(ms: number): Promise<void> {
    if (this.signal.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => {
      clearTimeout(timer);
      this.sleepers.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    this.sleepers.add(wake);
    return promise;
  }

  /** Wakes whoever sleeps. */
  ring(): void {
    for (const wake of this.sleepers) wake();
  }
}
