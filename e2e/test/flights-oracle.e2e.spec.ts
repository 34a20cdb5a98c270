import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ORACLE = join(import.meta.dirname, 'flights-oracle.mjs');
const MANIFEST = join(import.meta.dirname, '../../pipelines/flight-delay/models/champion.manifest.json');

interface OracleSummary {
  readonly events: number;
  readonly labelled: number;
  readonly late: number;
  readonly value: number;
}

interface Metrics {
  readonly period: string;
  readonly rows: number;
  readonly positiveShare: number;
  readonly valuePer1000: number;
}

const { metrics } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { metrics: readonly Metrics[] };

function ask(...flags: readonly string[]): OracleSummary {
  return JSON.parse(
    execFileSync(process.execPath, [ORACLE, '--json', ...flags], { encoding: 'utf8' }),
  ) as OracleSummary;
}

// Months as New York has them: summer time has begun in all of these.
it.each([
  { period: '2013-04', from: '2013-04-01T04:00:00Z', to: '2013-05-01T04:00:00Z' },
  { period: '2013-05', from: '2013-05-01T04:00:00Z', to: '2013-06-01T04:00:00Z' },
  { period: '2013-06', from: '2013-06-01T04:00:00Z', to: '2013-07-01T04:00:00Z' },
])("computes for $period what the trainer's Python did", ({ period, from, to }) => {
  const trained = metrics.find((month) => month.period === period);
  const { labelled, late, value } = ask('--from', from, '--to', to);
  expect(labelled).toBe(trained?.rows);
  expect(late / labelled).toBeCloseTo(trained?.positiveShare ?? Number.NaN, 5);
  expect((1000 * value) / labelled).toBeCloseTo(trained?.valuePer1000 ?? Number.NaN, 1);
});

it('takes as many events as it is asked for', () => {
  expect(ask('--events', '100')).toMatchObject({ events: 100, firstEventTime: '2013-04-01T08:00:00Z' });
});
