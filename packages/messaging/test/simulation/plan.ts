import { type Fault, FAULTS } from '@pitwall/simulation';
import fc from 'fast-check';

/** What a record is, whoever handles it. */
export type Fate =
  | { readonly kind: 'fine' }
  /** Can never be processed. */
  | { readonly kind: 'poison' }
  /** Fails so many times: by an outcome, or by an error that nobody knows. */
  | { readonly kind: 'fails' | 'throws'; readonly times: number }
  /** Kills the process. */
  | { readonly kind: 'deadly' };

/** A record that is published. */
export interface PlannedRecord {
  readonly key: string;
  readonly fate: Fate;
  /** It has the id of an earlier one: the so-manieth fine one before it, where there is one. */
  readonly repeats: number | null;
}

/** A fault, and after how many steps since the one before. */
export interface TimedFault {
  readonly afterSteps: number;
  readonly fault: Fault;
}

/** All that a run is made of, besides the order in which things happen. */
export interface Plan {
  readonly partitions: number;
  readonly records: readonly PlannedRecord[];
  /** So many of the records are there before the first service starts. */
  readonly publishedBefore: number;
  readonly faults: readonly TimedFault[];
  /** Every record fails alike until all faults are over: a policy that is broken for all. */
  readonly isPolicyBroken: boolean;
}

/** More tries than there is time for. */
export const FOR_EVER = 1_000;

const FINE: Fate = { kind: 'fine' };

const ordinaryFate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 12, arbitrary: fc.constant(FINE) },
  { weight: 2, arbitrary: fc.constant<Fate>({ kind: 'poison' }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fails' as const), times: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.constant<Fate>({ kind: 'fails', times: FOR_EVER }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('throws' as const), times: fc.integer({ min: 1, max: 2 }) }) },
);

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const repeats = fc.option(fc.nat(5), { freq: 8 });
const record = fc.record({ key, fate: ordinaryFate, repeats });
const deadly: fc.Arbitrary<PlannedRecord> = fc.record({
  key,
  fate: fc.constant<Fate>({ kind: 'deadly' }),
  repeats: fc.constant(null),
});

const fault = fc.constantFrom(...FAULTS);

const faults = fc
  .array(fc.record({ afterSteps: fc.integer({ min: 1, max: 40 }), fault }), { maxLength: 8 })
  .map(withoutTooManyEnds);

const MAX_ENDS = 2;

/** Three ends at one record by others would be its own fault. Where the broker is down, nobody can say that an end was orderly. */
function withoutTooManyEnds(all: readonly TimedFault[]): TimedFault[] {
  let ends = 0;
  let isBrokerDown = false;
  return all.filter((one) => {
    if (one.fault === 'broker down') isBrokerDown = true;
    if (one.fault === 'broker up') isBrokerDown = false;
    const isEnd = one.fault === 'kill' || one.fault === 'freeze' || (isBrokerDown && /^st(art|op)$/.test(one.fault));
    if (isEnd) ends += 1;
    return !isEnd || ends <= MAX_ENDS;
  });
}

/** With more, it would be right to take them for a service that fails. */
const MAX_FAILURES = 9;

function withoutTooManyFailures(records: readonly PlannedRecord[]): PlannedRecord[] {
  let failures = 0;
  return records.map((one) => {
    if ('times' in one.fate) failures += 1;
    return 'times' in one.fate && failures > MAX_FAILURES ? { ...one, fate: FINE } : one;
  });
}

const ordinary: fc.Arbitrary<Plan> = fc
  .record({
    partitions: fc.constantFrom(1, 2),
    before: fc.array(record, { maxLength: 12 }),
    fatal: fc.option(deadly, { freq: 4 }),
    after: fc.array(record, { maxLength: 12 }),
    publishedBefore: fc.nat(24),
    faults,
  })
  .map(({ before, fatal, after, ...rest }) => ({
    ...rest,
    records: withoutTooManyFailures([...before, ...(fatal === null ? [] : [fatal]), ...after]),
    isPolicyBroken: false,
  }));

/** So many on one partition that they cannot all be at fault. */
const brokenPolicy: fc.Arbitrary<Plan> = fc
  .record({ keys: fc.array(key, { minLength: 25, maxLength: 50 }), faults })
  .map(({ keys, faults: planned }) => ({
    partitions: 1,
    records: keys.map((one) => ({ key: one, fate: FINE, repeats: null })),
    publishedBefore: keys.length,
    faults: planned,
    isPolicyBroken: true,
  }));

export const plans: fc.Arbitrary<Plan> = fc.oneof(
  { weight: 5, arbitrary: ordinary },
  { weight: 1, arbitrary: brokenPolicy },
);
