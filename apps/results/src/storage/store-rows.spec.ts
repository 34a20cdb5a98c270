import type { ResultId } from '@pitwall/contracts';
import * as fc from 'fast-check';
import { aDecision, storedOf } from '../../test/a-decision.js';
import type { Decision, StoredDecision } from '../decisions/decision.js';
import { DECISION_RULES } from '../decisions/decisions-table.js';
import { settleConflict, type Settlement } from '../decisions/settlement.js';
import {
  type Refusal,
  type RowStatements,
  sortedFirsts,
  statementsOf,
  type StoreRows,
  storeRows,
  storeRowsApart,
} from './store-rows.js';

const REFUSED: Refusal = { kind: 'refused', sqlState: '22021', message: 'invalid byte sequence' };
const BAD_SCORE = 2;

/** A table that refuses bad scores, as a constraint would, and undoes what it has to. */
class TableInMemory implements RowStatements<Decision, StoredDecision> {
  rows = new Map<ResultId, StoredDecision>();
  readonly inserts: ResultId[][] = [];

  insert(decisions: readonly Decision[]): Promise<readonly ResultId[]> {
    this.inserts.push(decisions.map(({ resultId }) => resultId));
    if (decisions.some(isBad)) return Promise.reject(new RangeError('bad row'));
    const fresh = decisions.filter(({ resultId }) => !this.rows.has(resultId));
    for (const decision of fresh) this.rows.set(decision.resultId, storedOf(decision));
    return Promise.resolve(fresh.map(({ resultId }) => resultId));
  }

  readStored(ids: readonly ResultId[]): Promise<ReadonlyMap<ResultId, StoredDecision>> {
    return Promise.resolve(new Map(ids.map((id) => [id, this.rows.get(id) as StoredDecision])));
  }

  async undoable<T>(work: () => Promise<T>): Promise<T> {
    const before = new Map(this.rows);
    try {
      return await work();
    } catch (error) {
      this.rows = before;
      throw error;
    }
  }

  refusalOf(error: unknown): Refusal | null {
    return error instanceof RangeError ? REFUSED : null;
  }
}

const storeAll = (store: StoreRows, table: TableInMemory, decisions: readonly Decision[]): Promise<Settlement[]> =>
  store(table, DECISION_RULES, decisions);

const isBad = ({ score }: Decision): boolean => score === BAD_SCORE;
const kindsOf = (settlements: readonly Settlement[]): string[] => settlements.map(({ kind }) => kind);

/** What the same decisions come to when each of them is a batch of its own. */
function oneByOne(decisions: readonly Decision[]): { settlements: Settlement[]; rows: Map<ResultId, StoredDecision> } {
  const rows = new Map<ResultId, StoredDecision>();
  const settlements = decisions.map((decision): Settlement => {
    const stored = rows.get(decision.resultId);
    if (stored !== undefined) return settleConflict(decision, stored);
    if (isBad(decision)) return REFUSED;
    rows.set(decision.resultId, storedOf(decision));
    return { kind: 'inserted', publication: decision.publication };
  });
  return { settlements, rows };
}

/** What counts of settlements, told apart by which record came first. */
const essence = (settlements: readonly Settlement[]): unknown[] =>
  settlements.map((settlement) =>
    settlement.kind === 'reused' ? [settlement.first.offset, settlement.first.digest] : settlement,
  );

const anyDecision = (score: fc.Arbitrary<number>): fc.Arbitrary<Decision> =>
  fc
    .record({
      id: fc.constantFrom('A', 'B', 'C', 'D'),
      offset: fc.nat(4),
      content: fc.constantFrom('one', 'other'),
      decidedAt: fc.nat(1000),
      score,
    })
    .map(aDecision);

describe('storeRows', () => {
  it('inserts new identities sorted by result id and settles in the order given', async () => {
    const table = new TableInMemory();
    const batch = ['A', 'B', 'C', 'D'].map((id, offset) => aDecision({ id, offset }));
    const settlements = await storeAll(storeRows, table, batch);
    expect(settlements).toEqual(batch.map(({ publication }) => ({ kind: 'inserted', publication })));
    expect(table.inserts).toEqual([batch.map(({ resultId }) => resultId).toSorted()]);
  });

  it('publishes the stored bytes again when a batch is redelivered', async () => {
    const table = new TableInMemory();
    const first = aDecision({ decidedAt: 1 });
    await storeAll(storeRows, table, [first]);
    const again = await storeAll(storeRows, table, [aDecision({ decidedAt: 2 })]);
    expect(again).toEqual([{ kind: 'redelivered', publication: first.publication }]);
  });

  it('lets the first of an identity win within one batch', async () => {
    const batch = [
      aDecision({ offset: 1, content: 'one' }),
      aDecision({ offset: 1, content: 'one' }),
      aDecision({ offset: 2, content: 'one' }),
      aDecision({ offset: 3, content: 'other' }),
    ];
    const settlements = await storeAll(storeRows, new TableInMemory(), batch);
    expect(kindsOf(settlements)).toEqual(['inserted', 'redelivered', 'duplicate', 'reused']);
  });

  it('says nothing about rows when one of them is refused', async () => {
    const batch = [aDecision({ id: 'A' }), aDecision({ id: 'B', score: BAD_SCORE })];
    await expect(storeAll(storeRows, new TableInMemory(), batch)).rejects.toThrow('bad row');
  });

  it('settles any batches as if every record had come alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyDecision(fc.constant(0.5)))), async (batches) => {
        const table = new TableInMemory();
        const settlements: Settlement[] = [];
        for (const batch of batches) settlements.push(...(await storeAll(storeRows, table, batch)));
        const expected = oneByOne(batches.flat());
        expect(essence(settlements)).toEqual(essence(expected.settlements));
        expect(table.rows).toEqual(expected.rows);
      }),
    );
  });
});

describe('storeRowsApart', () => {
  it('settles any batch as if every record had come alone, refused rows included', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyDecision(fc.constantFrom(0.5, BAD_SCORE))), async (batch) => {
        const table = new TableInMemory();
        const settlements = await storeAll(storeRowsApart, table, batch);
        const expected = oneByOne(batch);
        expect(essence(settlements)).toEqual(essence(expected.settlements));
        expect(table.rows).toEqual(expected.rows);
      }),
    );
  });

  it('throws on when it is not the fault of a row', async () => {
    const table = new TableInMemory();
    table.insert = () => Promise.reject(new Error('connection lost'));
    await expect(storeAll(storeRowsApart, table, [aDecision({})])).rejects.toThrow('connection lost');
  });
});

describe('sortedFirsts', () => {
  it('keeps the first row of each key, in the order of PostgreSQL', () => {
    const keys = ['ff', '0f', 'a0', '0f', '10', 'ff'];
    const rows = keys.map((start, at) => ({ key: `${start}000000-0000-5000-8000-000000000000`, at }));
    expect(sortedFirsts(rows, { keyOf: ({ key }) => key }).map(({ at }) => at)).toEqual([1, 4, 2, 0]);
  });
});

describe('statementsOf', () => {
  it('keeps every row in order within the limits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(100)),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 300 }),
        (sizes, maxRows, maxBytes) => {
          const parts = [...statementsOf(sizes, { bytesOf: (size) => size }, { maxRows, maxBytes })];
          expect(parts.flat()).toEqual(sizes);
          for (const part of parts) {
            expect(part.length).toBeGreaterThan(0);
            expect(part.length).toBeLessThanOrEqual(maxRows);
            const bytes = part.reduce((sum, size) => sum + size, 0);
            expect(part.length === 1 || bytes <= maxBytes).toBe(true);
          }
        },
      ),
    );
  });
});
