import type { RedrivePlan } from '@pitwall/contracts';

/** What a redrive does with a dead letter. */
export type RedriveCategory =
  | 'toSend'
  | 'decided'
  | 'bornClosed'
  | 'superseded'
  | 'discarded'
  | 'taken'
  | 'loopGuard'
  | 'unsendable';

/** How many dead letters of a selection fall into a category. */
export interface CategoryCount {
  readonly category: RedriveCategory;
  /** The topic that they would go to. */
  readonly topic: string;
  readonly records: number;
  /** Of these: with an edited payload. */
  readonly edited: number;
}

/** Sums up the categories. */
export function redrivePlan(counts: readonly CategoryCount[]): RedrivePlan {
  const sum = (of: readonly CategoryCount[], field: 'records' | 'edited' = 'records'): number =>
    of.reduce((total, count) => total + count[field], 0);
  const of = (wanted: RedriveCategory): readonly CategoryCount[] =>
    counts.filter(({ category }) => category === wanted);
  const toSend = of('toSend');
  return {
    selected: sum(counts),
    toSend: toSend.map(({ topic, records }) => ({ topic, records })).toSorted((a, b) => (a.topic < b.topic ? -1 : 1)),
    edited: sum(toSend, 'edited'),
    noOps: {
      decided: sum(of('decided')),
      bornClosed: sum(of('bornClosed')),
      superseded: sum(of('superseded')),
      discarded: sum(of('discarded')),
      taken: sum(of('taken')),
    },
    heldBack: { loopGuard: sum(of('loopGuard')), unsendable: sum(of('unsendable')) },
  };
}

/** Records that a plan sends. */
export function recordsToSend({ toSend }: Pick<RedrivePlan, 'toSend'>): number {
  return toSend.reduce((total, { records }) => total + records, 0);
}
