import { setTimeout as sleep } from 'node:timers/promises';
import {
  defaultSource,
  feedbackTopic,
  type RecoveryReport,
  recoveryReportSchema,
  resultsTopic,
  type WindowView,
  windowsViewSchema,
} from '@pitwall/contracts';
import type { InboundRecord } from '@pitwall/messaging';
import { waitUntilQuiet } from '@pitwall/platform';
import { backUpSchema, eventually } from '@pitwall/testing';
import { flightMessage } from './flight-events.js';
import { publishPlainly } from './plain-kafka.js';
import { type PitwallRun, runPitwall } from './run-pitwall.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';
import { resultOf } from './topic-log.js';

const WITHIN_MS = 120_000;
const KEEPERS = ['results', 'monitoring'] as const;

const bytesOf = ({ key, value, headers }: InboundRecord): string =>
  JSON.stringify([key, value, headers.map(({ name, value: header }) => [name, header])]);

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);

describe('PostgreSQL, restored to an earlier time', () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await startTestPlatform();
  });
  afterAll(() => platform.stop());

  const publish = (from: number, to: number, change: Readonly<Record<string, unknown>> = {}): Promise<void> =>
    publishPlainly(
      { brokers: platform.brokers, topic: platform.eventsTopic },
      numbers(from, to).map((at) => flightMessage(platform, `E-${at}`, { tailnum: `N${at % 40}`, ...change })),
    );

  const label = (from: number, to: number): Promise<void> =>
    publishPlainly(
      { brokers: platform.brokers, topic: feedbackTopic.name(platform.pipeline.name) },
      numbers(from, to).map((at) => ({
        key: `E-${at}`,
        value: JSON.stringify({
          kind: 'label',
          id: `E-${at}`,
          source: defaultSource(platform.pipeline.name),
          label: at % 3 === 0,
          observedAt: '2013-04-01T15:30:00Z',
        }),
      })),
    );

  const quiet = async (): Promise<void> => {
    const admin = await platform.client.admin();
    try {
      await waitUntilQuiet({
        admin,
        pipeline: platform.pipeline.name,
        timeoutMs: WITHIN_MS,
        signal: new AbortController().signal,
        onLag: () => undefined,
        monotonicMs: () => performance.now(),
        sleep: (ms) => sleep(ms),
      });
    } finally {
      await admin.close();
    }
  };

  /** What was counted, by window; how often it was written is not part of it. */
  const windows = async (): Promise<ReadonlyMap<string, WindowView>> => {
    const answer = await fetch(`${platform.url('monitoring')}/v1/pipelines/${platform.pipeline.name}/windows`);
    const view = windowsViewSchema.parse(await answer.json());
    return new Map(view.windows.map((window) => [window.from, { ...window, revision: 0, asOf: '' }]));
  };

  const copies = (): ReadonlyMap<string, readonly InboundRecord[]> =>
    Map.groupBy(
      platform.log.records.filter(({ topic }) => topic === resultsTopic.name(platform.pipeline.name)),
      (record) => resultOf(record).event.id,
    );

  const recover = async (...flags: readonly string[]): Promise<PitwallRun & { readonly reports: RecoveryReport[] }> => {
    const where = ['--database-url', platform.databaseUrl, '--pipelines', platform.pipeline.folder];
    const run = await runPitwall(platform, ['recover', ...where, '--json', ...flags]);
    return { ...run, reports: recoveryReportSchema.array().parse(JSON.parse(run.out || '[]')) };
  };

  const missing = ({ reports }: { readonly reports: readonly RecoveryReport[] }): readonly [string, number][] =>
    reports.flatMap(({ imports }) => imports.map(({ what, rows }) => [what, rows] as [string, number]));

  it('is recovered by one command: every result stays as it was published, and every record is counted once', async () => {
    await publish(0, 150);
    await label(0, 30);
    await quiet();
    const backups = await Promise.all(KEEPERS.map((schema) => backUpSchema(platform.databaseUrl, schema)));
    await publish(150, 300);
    await label(20, 60);
    await label(200, 220);
    await quiet();
    const [published, counted] = [copies(), await windows()];

    await Promise.all(KEEPERS.map((name) => platform.service(name).stop()));
    await Promise.all(backups.map(({ restore }) => restore()));
    await publish(300, 350, { event_time: '2013-04-09T11:00:00Z', sched_dep_time: '2013-04-09T12:00:00Z' });

    const dryRun = await recover();
    expect([dryRun.code, dryRun.err]).toEqual([0, '']);
    expect(missing(dryRun)).toEqual([
      ['decisions', 150],
      ['outcomes', 50],
    ]);
    const applied = await recover('--apply');
    expect([applied.code, applied.reports.map(({ isApplied }) => isApplied)]).toEqual([0, [true, true]]);
    expect(missing(applied)).toEqual(missing(dryRun));

    await Promise.all(KEEPERS.map((name) => platform.service(name).restart()));
    await eventually(() => copies().size === 350, { what: 'a result of every event', timeoutMs: WITHIN_MS });
    await quiet();
    const torn = [...copies()].filter(([id, records]) => {
      const bytes = new Set([...(published.get(id) ?? []), ...records].map(bytesOf));
      return bytes.size > 1;
    });
    expect(torn.map(([id]) => id)).toEqual([]);
    const after = await windows();
    expect([...counted.keys()].map((from) => after.get(from))).toEqual([...counted.values()]);
    expect([...after.values()].reduce((sum, { results }) => sum + results, 0)).toBe(350);
  }, 480_000);
});
