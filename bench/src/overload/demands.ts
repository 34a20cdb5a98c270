import type { OverloadNumbers } from './run-overload.js';

/** Something that must hold under overload. */
interface DemandSpec {
  readonly what: string;
  readonly holds: (numbers: OverloadNumbers) => boolean;
  /** What was seen of it. */
  readonly seen: (numbers: OverloadNumbers) => string;
}

/** Of each service: what it may take at most, however much waits in Kafka. */
const MAX_PEAK_BYTES = 512 * 1024 * 1024;
/** Of the rate that was drained before. */
const MIN_DRAIN_SHARE = 0.8;
/** Below that it is no overload. */
const MIN_TIMES = 2;
const MIB = 1024 * 1024;
const ANSWERS = new Set([202, 429]);

/** Add one by one entry. */
const DEMANDS: readonly DemandSpec[] = [
  {
    what: `at least ${MIN_TIMES} times of what can be drained was sent`,
    holds: ({ pressedPerSecond, calibratedPerSecond }) => pressedPerSecond >= MIN_TIMES * calibratedPerSecond,
    seen: ({ pressedPerSecond, calibratedPerSecond }) => `${(pressedPerSecond / calibratedPerSecond).toFixed(1)} times`,
  },
  {
    what: 'consumers lagged: a backlog was there when it was over',
    holds: ({ backlog }) => backlog > 0,
    seen: ({ backlog }) => `${backlog} events`,
  },
  {
    what: 'HTTP took what it could, refused the rest by 429, and answered nothing else',
    holds: ({ http: { byStatus } }) =>
      (byStatus[429] ?? 0) > 0 && Object.keys(byStatus).every((status) => ANSWERS.has(Number(status))),
    seen: ({ http: { byStatus } }) =>
      Object.entries(byStatus)
        .map(([status, count]) => `${status}: ${count}`)
        .join(', '),
  },
  {
    what: 'every 429 says when to come again',
    holds: ({ http }) => http.refusedWithoutRetryAfter === 0,
    seen: ({ http }) => `${http.refusedWithoutRetryAfter} do not`,
  },
  {
    what: `no service took more than ${MAX_PEAK_BYTES / MIB} MiB`,
    holds: ({ peaks }) => peaks.every(({ bytes }) => bytes <= MAX_PEAK_BYTES),
    seen: ({ peaks }) =>
      peaks.map(({ name, bytes }) => `${name} ${Math.round(bytes / MIB)}`).join(', ') || 'not known here',
  },
  {
    what: `the backlog was drained at ${MIN_DRAIN_SHARE * 100} % of the rate before, or more`,
    holds: ({ drainedPerSecond, calibratedPerSecond }) => drainedPerSecond >= MIN_DRAIN_SHARE * calibratedPerSecond,
    seen: ({ drainedPerSecond, calibratedPerSecond }) =>
      `${Math.round((drainedPerSecond / calibratedPerSecond) * 100)} %`,
  },
  {
    what: 'nothing was lost, decided twice, or out of order',
    holds: ({ findings }) => findings.length === 0,
    seen: ({ findings }) => findings.join('; ') || 'every law of the oracle held',
  },
];

/** A demand beside what was seen. */
export interface Demand {
  readonly what: string;
  readonly holds: boolean;
  readonly seen: string;
}

/** Holds the numbers against the demands. */
export function demandsOn(numbers: OverloadNumbers): readonly Demand[] {
  return DEMANDS.map(({ what, holds, seen }) => ({ what, holds: holds(numbers), seen: seen(numbers) }));
}
