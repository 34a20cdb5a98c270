import type { Outcome } from '@pitwall/messaging';
import type { Database } from '@pitwall/persistence';
import { eventually } from '@pitwall/testing';
import { aLabel, bytesOf, feedbackRecord, outcomesIn, predictionRecord, ResultsDesk } from './a-results-desk.js';
import { openTestDatabase, type TestDatabase } from './open-test-database.js';

let opened: TestDatabase;
let database: Database;

beforeAll(async () => {
  opened = await openTestDatabase('results-races-test');
  database = opened.database;
});

afterAll(() => opened.close());

beforeEach(async () => {
  await database.pool.query('TRUNCATE decisions, labels, outcomes, waiting_labels, actions, partition_progress');
});

const range = (length: number): number[] => Array.from({ length }, (_, at) => at);

async function outcomeRows(): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>('SELECT count(*)::integer AS count FROM outcomes');
  return rows[0]?.count ?? 0;
}

/** Lets a desk make a step on the database only when it is told to; resolves when that step is done. */
class Steps {
  private readonly waiting: (() => void)[] = [];
  private arrived: (() => void) | null = null;
  private isOver = false;

  readonly before = (): Promise<void> => {
    const go = new Promise<void>((resolve) => this.waiting.push(resolve));
    this.arrived?.();
    return go;
  };

  /** Runs the next step to its end: until the desk is at the one after it, or has come to its end. */
  async next(): Promise<void> {
    await this.atStep();
    const release = this.waiting.shift();
    release?.();
    await this.atStep();
  }

  end(): void {
    this.isOver = true;
    this.arrived?.();
  }

  private async atStep(): Promise<void> {
    if (this.waiting.length > 0 || this.isOver) return;
    await new Promise<void>((resolve) => (this.arrived = resolve));
    this.arrived = null;
  }
}

/** Every order of two sequences of steps, `L` of the label and `D` of the decision. */
function interleavings(left: number, right: number): string[] {
  if (left === 0 || right === 0) return ['L'.repeat(left) + 'D'.repeat(right)];
  const [withL, withD] = [interleavings(left - 1, right), interleavings(left, right - 1)];
  return [...withL.map((rest) => `L${rest}`), ...withD.map((rest) => `D${rest}`)];
}

describe('a label and its decision in two processes', () => {
  // The label commits, then joins; the decision commits, then looks for labels, then joins where it has found one.
  it.each(interleavings(2, 3))('give one outcome in the order %s', async (order) => {
    const [labelSteps, decisionSteps] = [new Steps(), new Steps()];
    const labelDesk = new ResultsDesk(database, { partition: 1, pace: labelSteps, now: 1 });
    const decisionDesk = new ResultsDesk(database, { partition: 0, pace: decisionSteps, now: 2 });
    const labelled = labelDesk.take([feedbackRecord(aLabel('E-1'), 0)]).finally(() => labelSteps.end());
    const decided = decisionDesk.decide([predictionRecord('E-1', 0)]).finally(() => decisionSteps.end());
    for (const step of order) await (step === 'L' ? labelSteps : decisionSteps).next();
    const published = [...outcomesIn(await labelled), ...outcomesIn(await decided)];
    expect(published.length).toBeGreaterThan(0);
    expect(new Set(published.map(bytesOf)).size).toBe(1);
    await expect(outcomeRows()).resolves.toBe(1);
  });

  it('give one outcome when both rows are written and neither is committed', async () => {
    const labelDesk = new ResultsDesk(database, { partition: 1 });
    const decisionDesk = new ResultsDesk(database, { partition: 0 });
    await labelDesk.take([feedbackRecord(aLabel('before'), 0)]);
    await decisionDesk.decide([predictionRecord('earlier', 0)]);
    const holder = await database.pool.connect();
    await holder.query('BEGIN; SELECT 1 FROM partition_progress FOR UPDATE');
    // Both insert their row, and wait for their progress before they can commit: neither can see the other's row.
    const labelled = labelDesk.take([feedbackRecord(aLabel('E-1'), 1)]);
    const decided = decisionDesk.decide([predictionRecord('E-1', 1)]);
    await untilWaiting(2);
    await holder.query('COMMIT');
    holder.release();
    const published = [...outcomesIn(await labelled), ...outcomesIn(await decided)];
    expect(published.length).toBeGreaterThan(0);
    expect(new Set(published.map(bytesOf)).size).toBe(1);
    await expect(outcomeRows()).resolves.toBe(1);
  });

  it('give each outcome one row and one form, whoever comes first', async () => {
    const desks = range(4).map((partition) => new ResultsDesk(database, { partition, now: partition }));
    const published: string[][] = [];
    const keep = async (work: Promise<readonly Outcome[]>): Promise<void> => {
      published.push(outcomesIn(await work).map(bytesOf));
    };
    for (const round of range(10)) {
      const offsets = range(50).map((at) => round * 50 + at);
      const labels = offsets.map((offset) => feedbackRecord(aLabel(`E-${offset}`), offset));
      const predictions = offsets.map((offset) => predictionRecord(`E-${offset}`, offset));
      await Promise.all([
        keep(desks[0]?.decide(predictions) ?? Promise.reject(new Error('no desk'))),
        keep(desks[1]?.take(labels) ?? Promise.reject(new Error('no desk'))),
        keep(desks[2]?.take(labels.toReversed()) ?? Promise.reject(new Error('no desk'))),
        keep(desks[3]?.decide(predictions.toReversed()) ?? Promise.reject(new Error('no desk'))),
      ]);
    }
    expect(new Set(published.flat()).size).toBe(500);
    await expect(outcomeRows()).resolves.toBe(500);
  });

  it('find each other after a process was killed between the two transactions', async () => {
    const killed = { before: killAfter(1) };
    const [labels, predictions] = [[feedbackRecord(aLabel('E-1'), 0)], [predictionRecord('E-1', 0)]];
    await expect(new ResultsDesk(database, { pace: killed }).take(labels)).rejects.toThrow('killed');
    const killedToo = { before: killAfter(1) };
    await expect(new ResultsDesk(database, { pace: killedToo }).decide(predictions)).rejects.toThrow('killed');
    await expect(outcomeRows()).resolves.toBe(0);
    const successor = new ResultsDesk(database);
    expect(outcomesIn(await successor.decide(predictions))).toHaveLength(1);
    expect(outcomesIn(await successor.take(labels))).toHaveLength(1);
    await expect(outcomeRows()).resolves.toBe(1);
  });
});

describe('a process whose feedback partition was claimed by another', () => {
  it('is refused in both transactions', async () => {
    const zombie = new ResultsDesk(database);
    await zombie.take([feedbackRecord(aLabel('E-0'), 0)]);
    const frozen = new Steps();
    const halfway = new ResultsDesk(database, { partition: 1, pace: frozen });
    const work = halfway.take([feedbackRecord(aLabel('E-1'), 0)]);
    await frozen.next();
    for (const partition of [0, 1]) {
      await new ResultsDesk(database, { partition }).take([feedbackRecord(aLabel(`other-${partition}`), 5)]);
    }
    await expect(zombie.take([feedbackRecord(aLabel('E-2'), 1)])).rejects.toMatchObject({ code: 'stale_claim' });
    void frozen.next();
    await expect(work).rejects.toMatchObject({ code: 'stale_claim' });
  });
});

/** A process that ends after so many steps on the database. */
function killAfter(steps: number): () => Promise<void> {
  let done = 0;
  return () => {
    done += 1;
    return done > steps ? Promise.reject(new Error('killed')) : Promise.resolve();
  };
}

async function untilWaiting(count: number): Promise<void> {
  await eventually(
    async () => {
      const { rows } = await database.pool.query(
        "SELECT 1 FROM pg_stat_activity WHERE application_name = 'results-races-test' AND wait_event_type = 'Lock'",
      );
      return rows.length === count;
    },
    { timeoutMs: 5000, what: `${count} connections that wait for a lock` },
  );
}
