import { headerOf, type InboundRecord } from '../../src/index.js';
import { FOR_EVER, type Fate, type PlannedRecord } from './plan.js';

/** What became of one record. */
export interface Ends {
  /** Values of its results, copies included. */
  readonly published: readonly string[];
  /** Reasons of its dead letters, copies included. */
  readonly letters: readonly string[];
  /** Rows with its identity. */
  readonly decisions: number;
}

/** Every record ends once and as it deserves, every identity has at most one decision, and all copies are the same. */
export function checkEnds(planned: ReadonlyMap<string, PlannedRecord>, endsOf: (position: string) => Ends): void {
  for (const [position, { fate }] of planned) {
    const { published, letters, decisions } = endsOf(position);
    const ends = [...(published.length > 0 ? ['published'] : []), ...new Set(letters)];
    const end = ends.length === 0 && decisions > 0 ? 'duplicate' : ends.join(' and ');
    const expected = expectedEnds(fate);
    if (!expected.includes(end))
      throw new Error(`${position} (${fate.kind}) ended as ${end || 'nothing'}, expected ${expected.join(' or ')}`);
    if (decisions > 1) throw new Error(`the identity of ${position} was decided ${decisions} times`);
    const copies = new Set(published);
    if (copies.size > 1) throw new Error(`${position} was published as ${[...copies].join(' and ')}`);
  }
}

/** First copies of the results of a key come in the order of its records. */
export function checkOrder(results: readonly InboundRecord[]): void {
  const last = new Map<string, number>();
  const seen = new Set<string>();
  for (const { partition, key, headers } of results) {
    const offset = Number(String(headerOf(headers, 'offset')));
    if (seen.has(`${partition}/${offset}`)) continue;
    seen.add(`${partition}/${offset}`);
    // A key is on one partition.
    const before = last.get(String(key)) ?? -1;
    if (offset < before) throw new Error(`key ${String(key)} is out of order: ${offset} came after ${before}`);
    last.set(String(key), offset);
  }
}

function expectedEnds(fate: Fate): string[] {
  switch (fate.kind) {
    case 'fine':
    case 'throws':
      return ['published', 'duplicate'];
    case 'fails':
      return fate.times === FOR_EVER ? ['policy_failed'] : ['published'];
    case 'poison':
      return ['not_json'];
    case 'deadly':
      return ['crash_loop'];
    default:
      return fate satisfies never;
  }
}
