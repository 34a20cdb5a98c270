import { type OutcomeId, outcomeIdOf, type ResultId, resultIdOf } from '@pitwall/contracts';
import * as fc from 'fast-check';
import { aDecision } from '../../test/a-decision.js';
import type { Publication } from '../storage/publication.js';
import { highestRevisions, joinLabels, type LabelToJoin, type OutcomeStatements } from './join-labels.js';
import type { Outcome } from './outcome.js';

const RESULT = resultIdOf('flights', { source: '/flights', id: 'E-1' });
const { publication } = aDecision({ id: 'E-1' });
const DECIDED = new Map<ResultId, Publication>([[RESULT, publication]]);

function aLabel(labelSource: string, revision: number): LabelToJoin {
  const outcomeId = outcomeIdOf(RESULT, { labelSource, revision });
  const cause = { traceparent: () => '', tracestate: null, inputAppendedAt: 0 };
  return { outcomeId, resultId: RESULT, label: 'late', labelSource, revision, observedAt: 0, cause };
}

/** A table of outcomes. */
class TableInMemory implements OutcomeStatements {
  readonly rows = new Map<string, Publication>();

  insert(outcomes: readonly Outcome[]): Promise<readonly string[]> {
    const fresh = outcomes.filter(({ outcomeId }) => !this.rows.has(outcomeId));
    for (const outcome of fresh) this.rows.set(outcome.outcomeId, outcome.publication);
    return Promise.resolve(fresh.map(({ outcomeId }) => outcomeId));
  }

  findStored(ids: readonly string[]): Promise<ReadonlyMap<string, Publication>> {
    return Promise.resolve(new Map(ids.flatMap((id) => (this.rows.has(id) ? [[id, this.rows.get(id)] as never] : []))));
  }
}

let made = 0;
/** No two outcomes that it makes are the same bytes. */
const make = (_: Publication, { outcomeId }: LabelToJoin): Outcome => {
  made += 1;
  const value = Buffer.from(`${made}`);
  return { outcomeId, value: 0, correct: true, joinedAt: 0, labelDelayMs: 0, publication: { ...publication, value } };
};

const anyLabels = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(5)), { selector: String, minLength: 1 });

describe('joinLabels', () => {
  it('publishes the highest revision of each source, whatever batches the labels come in', async () => {
    await fc.assert(
      fc.asyncProperty(anyLabels, fc.func(fc.boolean()), async (keys, isCut) => {
        const labels = keys.map(([source, revision]) => aLabel(source, revision));
        const table = new TableInMemory();
        const published = new Map<OutcomeId, string>();
        const stored: LabelToJoin[] = [];
        let batch: LabelToJoin[] = [];
        for (const [at, label] of labels.entries()) {
          batch.push(label);
          if (at < labels.length - 1 && !isCut(at)) continue;
          stored.push(...batch);
          const known = { decisions: DECIDED, highestRevisions: highestRevisions(stored), make };
          const joined = await joinLabels(table, batch, known);
          for (const [id, { value }] of joined.publications) published.set(id, String(value));
          batch = [];
        }
        for (const source of new Set(keys.map(([name]) => name))) {
          const highest = Math.max(...keys.filter(([name]) => name === source).map(([, revision]) => revision));
          expect(published.has(aLabel(source, highest).outcomeId)).toBe(true);
        }
        expect(published.size).toBe(table.rows.size);
      }),
    );
  });

  it('publishes what another transaction stored first', async () => {
    const table = new TableInMemory();
    const label = aLabel('a', 0);
    const known = { decisions: DECIDED, highestRevisions: highestRevisions([label]), make };
    const first = await joinLabels(table, [label], known);
    const second = await joinLabels(table, [label], known);
    expect(second.made).toEqual([]);
    expect(second.publications).toEqual(first.publications);
  });

  it('leaves labels without a decision alone', async () => {
    const label = aLabel('a', 0);
    const known = { decisions: new Map(), highestRevisions: highestRevisions([label]), make };
    const joined = await joinLabels(new TableInMemory(), [label], known);
    expect([joined.publications.size, joined.made.length, joined.unjoinable.size]).toEqual([0, 0, 0]);
  });
});
