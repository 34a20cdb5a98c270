import type { BenchmarkNumbers } from './numbers.js';
import { cpuPerMillion } from './usage.js';

/** A number that is wanted. */
interface Target {
  readonly what: string;
  readonly bound: 'at least' | 'at most';
  readonly wanted: number;
  readonly unit: string;
  /** Null: it was not measured. */
  readonly measured: (numbers: BenchmarkNumbers) => number | null;
}

/** The rate at which the latency is wanted; at another one nothing is said. */
const PACED_RATE = 1_000;

/** Wanted of two cores that hold everything: services, Kafka, PostgreSQL and whoever sends. One line to add one. */
const TARGETS: readonly Target[] = [
  {
    what: 'drained',
    bound: 'at least',
    wanted: 5_000,
    unit: 'events/s',
    measured: ({ drain }) => drain.eventsPerSecond,
  },
  {
    what: 'inference with its child',
    bound: 'at most',
    wanted: 40,
    unit: 'CPU s per million',
    measured: ({ processes }) => cpuPerMillion(processes, (name) => name.startsWith('inference')),
  },
  {
    what: 'all processes',
    bound: 'at most',
    wanted: 300,
    unit: 'CPU s per million',
    measured: ({ processes }) => cpuPerMillion(processes, () => true),
  },
  {
    what: `p99 at ${PACED_RATE} events/s, from due time`,
    bound: 'at most',
    wanted: 250,
    unit: 'ms',
    measured: ({ paced }) => (paced?.rate === PACED_RATE ? paced.fromDueMs.p99 : null),
  },
];

/** A target beside what was measured. */
export interface TargetOutcome {
  readonly what: string;
  readonly bound: Target['bound'];
  readonly wanted: number;
  readonly unit: string;
  readonly measured: number | null;
  readonly state: 'met' | 'missed' | 'not measured';
}

/** Holds the numbers against the targets. */
export function outcomesOf(numbers: BenchmarkNumbers): readonly TargetOutcome[] {
  return TARGETS.map(({ measured: measure, ...target }) => {
    const measured = measure(numbers);
    return { ...target, measured, state: stateOf(target, measured) };
  });
}

function stateOf({ bound, wanted }: Pick<Target, 'bound' | 'wanted'>, measured: number | null): TargetOutcome['state'] {
  if (measured === null) return 'not measured';
  return (bound === 'at least' ? measured >= wanted : measured <= wanted) ? 'met' : 'missed';
}
