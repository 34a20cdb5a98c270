/** Monotonic time and what is to happen later. Injected, so that tests and simulations can run it. */
export interface Timers {
  /** Milliseconds since some fixed moment, never going back. */
  now(): number;
  /** Calls back once, after so many milliseconds; returns what prevents it. */
  after(ms: number, callback: () => void): () => void;
}

/** The time of the machine. */
export const systemTimers: Timers = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
