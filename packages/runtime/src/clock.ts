/** Where time comes from. Injected as `CLOCK`, so that tests can set it. */
export interface Clock {
  /** Milliseconds since the epoch, by the wall clock: for what is stored or shown. It may jump. */
  now(): number;
  /** Milliseconds since some fixed moment, never going back: for durations and deadlines. */
  monotonic(): number;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
