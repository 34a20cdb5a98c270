import { once } from 'node:events';
import { eventually } from '@pitwall/testing';
import { aFlight } from './flight-events.js';
import { documentsOf, runPitwall, startPitwall } from './run-pitwall.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';

/** With everything on two busy cores. */
const WAIT = ['--wait', '60'];

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.stop());

const pitwall = (args: readonly string[], stdin?: string) =>
  runPitwall(platform, args, stdin === undefined ? {} : { stdin });

const publish = (stdin: string, ...args: readonly string[]) =>
  pitwall(['publish', '--definition', platform.pipeline.folder, ...args], stdin);

const flight = (id: string, change: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify(aFlight({ flight_id: id, ...change }));

describe('pitwall publish --wait', () => {
  it('says of every event what became of it: decided, a duplicate, or a dead letter', async () => {
    const first = await publish(flight('once'), ...WAIT, '--json');
    expect([first.code, first.err]).toEqual([0, '']);
    expect(documentsOf(first)).toEqual([
      expect.objectContaining({
        eventId: 'once',
        outcome: 'decided',
        result: expect.objectContaining({ entity: 'N001XX' }),
      }),
    ]);

    const again = await publish(flight('once'), ...WAIT);
    expect([again.code, again.out]).toEqual([0, expect.stringMatching(/^once {2}duplicate: was decided at /)]);

    const lines = [flight('one'), flight('once', { temp_f: 99 }), 'no json', flight('two')].join('\n');
    const mixed = await publish(lines, ...WAIT, '--json');
    expect(mixed.code).toBe(1);
    const outcomes = documentsOf(mixed).map(({ eventId, outcome, deadLetter }) =>
      outcome === 'dead_letter' ? (deadLetter as { reason: string }).reason : `${String(eventId)} ${String(outcome)}`,
    );
    expect(new Set(outcomes)).toEqual(new Set(['one decided', 'two decided', 'id_reused', 'not_json']));
  });

  it('says so when nothing is known in time, and ends with 1', async () => {
    await platform.service('inference').stop();
    const { code, out, err } = await publish(flight('waits'), '--wait', '2', '--json');
    expect([code, documentsOf({ code, out, err })]).toEqual([
      1,
      [expect.objectContaining({ eventId: 'waits', outcome: null })],
    ]);
    expect(err).toContain('Nothing is known yet of 1 event (waits).');
  });
});

describe('pitwall status', () => {
  it('ends with 1 and says who is down, and how much waits for it since when', async () => {
    const { code, out } = await pitwall(['status']);
    expect(code).toBe(1);
    expect(out).toMatch(/^inference +unreachable /m);
    expect(out).toMatch(/features +inference +1 record, the oldest [\d.]+ s old \(nobody reads\)/);
  });

  it('ends with 0 when everything is ready, and says what runs and what has become of the records', async () => {
    await platform.service('inference').start();
    const report = await eventually(
      async () => {
        const run = await pitwall(['status', '--pipeline', platform.pipeline.name, '--json']);
        const [document] = documentsOf(run);
        return run.code === 0 && decidedIn(document) === 4 ? document : null;
      },
      { what: 'a status with every service ready and all four events decided', timeoutMs: 60_000, everyMs: 500 },
    );
    expect(report).toMatchObject({
      ready: true,
      services: ['ingestion', 'inference', 'results', 'monitoring'].map((name) => ({
        name,
        state: 'ready',
        reasons: [],
      })),
      pipelines: [
        {
          name: platform.pipeline.name,
          model: { model: 'champion', version: '1.0.0' },
          sinceStart: { decided: 4, duplicates: 1, deadLetters: { id_reused: 1, not_json: 1 } },
        },
      ],
    });
  });
});

describe('pitwall status --pipeline', () => {
  it('ends with 3 where nobody knows the pipeline', async () => {
    const { code, err } = await pitwall(['status', '--pipeline', 'no-such']);
    expect([code, err]).toEqual([3, 'Nobody who answers knows a pipeline no-such.\n']);
  });
});

describe('pitwall tail', () => {
  it('ends well by Ctrl-C, and when its reader goes', async () => {
    const args = ['tail', '--pipeline', platform.pipeline.name, '--from-beginning'];
    const interrupted = startPitwall(platform, args);
    await once(interrupted.stdout, 'data');
    const interruptedEnd = once(interrupted, 'exit');
    interrupted.kill('SIGINT');
    expect(await interruptedEnd).toEqual([0, null]);

    const unread = startPitwall(platform, [...args, '--topic', 'results,features']);
    await once(unread.stdout, 'data');
    const unreadEnd = once(unread, 'exit');
    unread.stdout.destroy();
    await publish(flight('unread'));
    expect(await unreadEnd).toEqual([0, null]);
  });

  it('shows the decisions of an aircraft, and leaves no trace of having read them', async () => {
    const which = `--pipeline ${platform.pipeline.name} --topic results,dead-letters --entity N001XX`;
    const { code, out } = await pitwall(`tail ${which} --from-beginning --no-follow`.split(' '));
    expect(code).toBe(0);
    const decided = out.split('\n').filter((line) => line.includes('champion@1.0.0'));
    expect(decided.map((line) => / {2}(once|one|two|waits) /.exec(line)?.[1])).toEqual(['once', 'one', 'two', 'waits']);
    expect(out).toMatch(/ dead-letters .* results id_reused {2}The id "once"/);
    const admin = await platform.client.admin();
    const groups = await admin.groups('');
    await admin.close();
    expect(groups.filter(({ groupId }) => groupId.includes('cli'))).toEqual([]);
  });
});

function decidedIn(report: Readonly<Record<string, unknown>> | undefined): number | undefined {
  const [pipeline] = (report?.['pipelines'] ?? []) as { readonly sinceStart: { readonly decided: number } }[];
  return pipeline?.sinceStart.decided;
}
