import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentDigest, derivedEventId } from '@pitwall/contracts';
import type { InboundRecord } from '@pitwall/messaging';
import { newTraceparent } from '@pitwall/telemetry';
import { eventually } from '@pitwall/testing';
import { aFlight, flightMessage } from './flight-events.js';
import { publishPlainly } from './plain-kafka.js';
import { documentsOf, runPitwall } from './run-pitwall.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';
import { resultOf } from './topic-log.js';

const WITHIN_MS = 60_000;
const SINCE_START = ['--from', '1h'];
const WAIT = ['--wait', '60'];

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.stop());

const replay = (...args: readonly string[]) =>
  runPitwall(platform, ['replay', '--definition', platform.pipeline.folder, '--json', ...args]);

const counts = async (...args: readonly string[]) => {
  const run = await replay(...args);
  expect(run).toMatchObject({ code: 0, err: '' });
  return documentsOf(run)[0];
};

const decisionOf = async (id: string): Promise<string | null> => {
  const run = await runPitwall(platform, ['decision', id, '--pipeline', platform.pipeline.name, '--json']);
  return run.code === 0 ? run.out : null;
};

const decided = (id: string) =>
  eventually(() => decisionOf(id), { what: `the decision of ${id}`, timeoutMs: WITHIN_MS, everyMs: 500 });

const closedBy = async (deadLetterId: string | undefined): Promise<unknown> => {
  const args = ['dead-letters', 'show', deadLetterId ?? '', '--pipeline', platform.pipeline.name, '--json'];
  const run = await runPitwall(platform, args);
  expect(run.code).toBe(0);
  return documentsOf(run)[0]?.['closedBy'];
};

const publish = (...messages: Parameters<typeof publishPlainly>[1]) =>
  publishPlainly({ brokers: platform.brokers, topic: platform.eventsTopic }, messages);

const restartIngestion = async (meanwhile: () => Promise<void> | void): Promise<void> => {
  const ingestion = platform.service('ingestion');
  await ingestion.stop();
  await meanwhile();
  await ingestion.start();
  await ingestion.waitUntilReady();
};

const changeDefinition = (change: (yaml: string) => string): void => {
  const file = join(platform.pipeline.folder, 'pipeline.yaml');
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(file, after);
};

describe('pitwall replay', () => {
  it('leaves what is decided alone, and even when it is sent once more, not a byte of it changes', async () => {
    await publish(flightMessage(platform, 'kept'));
    const before = await decided('kept');
    const [first] = await eventually(() => copiesOf('kept', 1), { what: 'the result', timeoutMs: WITHIN_MS });

    expect(await counts(...SINCE_START, ...WAIT)).toMatchObject({
      read: 1,
      decidedAlready: 1,
      sent: 0,
      isComplete: true,
    });
    expect(await counts(...SINCE_START, ...WAIT, '--include-decided')).toMatchObject({ decidedAlready: 1, sent: 1 });

    const [, again] = await eventually(() => copiesOf('kept', 2), { what: 'the copy', timeoutMs: WITHIN_MS });
    expect(bytesOf(again)).toEqual(bytesOf(first));
    expect(await decisionOf('kept')).toBe(before);
    expect(await counts(...SINCE_START, ...WAIT)).toMatchObject({ read: 2, copies: 1, decidedAlready: 1, sent: 0 });
  });

  it('decides what was lost, in its own trace', async () => {
    const traceparent = newTraceparent({ sampled: true });
    const lost = flightMessage(platform, 'lost');
    await restartIngestion(async () => {
      await publish(
        { ...lost, headers: { ...lost.headers, traceparent } },
        flightMessage(platform, 'other-lost', { tailnum: 'N9' }),
      );
      // As if somebody had moved the group by hand.
      const admin = await platform.client.admin();
      const group = `pitwall.ingestion.events.${platform.pipeline.name}`;
      await eventually(async () => (await admin.groups(group)).every(({ members }) => members === 0), {
        what: 'an empty group',
        timeoutMs: WITHIN_MS,
      });
      await admin.setOffsets(group, platform.eventsTopic, await admin.endOffsets(platform.eventsTopic));
      await admin.close();
    });
    await publish(flightMessage(platform, 'after'));
    await decided('after');
    expect(await decisionOf('lost')).toBeNull();

    expect(await counts(...SINCE_START, '--dry-run')).toMatchObject({ isDryRun: true, sent: 2, outcome: null });
    expect(await counts(...SINCE_START, '--key', 'N9', '--dry-run')).toMatchObject({ selected: 1, sent: 1 });
    expect(await counts(...SINCE_START, ...WAIT)).toMatchObject({
      decidedAlready: 2,
      sent: 2,
      outcome: { decided: 2, duplicates: 0, deadLetters: {}, unknown: 0 },
    });
    const [result] = await eventually(() => copiesOf('lost', 1), { what: 'its result', timeoutMs: WITHIN_MS });
    expect(resultOf(result as InboundRecord).traceId).toBe(traceparent.split('-')[1]);
    const last = await counts(...SINCE_START);
    expect(last).toMatchObject({ copies: 3, decidedAlready: 4, sent: 0, isComplete: true });

    const next = Object.entries(last?.['next'] as Record<string, number>).map(
      ([partition, offset]) => `${partition}:${offset}`,
    );
    expect(await counts('--resume', next.join(','))).toMatchObject({ read: 0, isComplete: true });
    const hour = ['--event-time', '--from', '2013-04-01T11:00:00Z', '--to', '2013-04-01T11:00:01Z'];
    expect(await counts(...hour, '--dry-run')).toMatchObject({ read: 7, selected: 7, sent: 0 });
    expect(await counts('--event-time', '--from', '2013-04-02', '--dry-run')).toMatchObject({ read: 7, selected: 0 });
  });

  it('decides what died for a reason that is gone, under the id of where it stood first, and nothing dies twice', async () => {
    await restartIngestion(() => changeDefinition((yaml) => yaml.replace('  id: flight_id\n', '')));
    const value = JSON.stringify(aFlight({ distance_mi: 7_000 }));
    await publish({ key: 'N1', value }, { key: 'N1', value: 'no json' });
    const [farLetter, brokenLetter] = await Promise.all(
      [value, 'no json'].map((text) =>
        eventually(() => lettersOf(text)[0], { what: `the dead letter of ${text}`, timeoutMs: WITHIN_MS }),
      ),
    );
    expect([farLetter?.reason, brokenLetter?.reason]).toEqual(['rejected_by_rule', 'not_json']);

    await restartIngestion(() =>
      changeDefinition((yaml) => yaml.replace('distance_mi: [1, 6000]', 'distance_mi: [1, 9000]')),
    );
    expect(await counts(...SINCE_START, ...WAIT)).toMatchObject({
      withoutIdentity: 1,
      sent: 2,
      outcome: { decided: 1, duplicates: 0, deadLetters: { not_json: 1 }, unknown: 0 },
    });
    const admin = await platform.client.admin();
    const clusterId = await admin.clusterId();
    await admin.close();
    const { origin } = farLetter as NonNullable<typeof farLetter>;
    const id = derivedEventId(clusterId, { ...origin, appendedAt: Date.parse(origin.appendedAt) });
    expect(await decisionOf(id)).toContain(origin.digest);
    // Nobody could say which event it held when it died: not the decision of an identity closes it, but its own record's end.
    expect(farLetter?.identity).toBeNull();
    expect(await closedBy(farLetter?.deadLetterId)).toBe('replay');
    expect(await closedBy(brokenLetter?.deadLetterId)).toBeNull();
    expect(new Set(lettersOf('no json').map(({ deadLetterId }) => deadLetterId)).size).toBe(1);
  });

  it('says where it stopped when nobody answers any more', async () => {
    await platform.service('results').stop();
    const { code, err } = await replay(...SINCE_START);
    expect([code, err]).toEqual([5, expect.stringMatching(/pitwall replay .*--resume 0:\d+,1:\d+/)]);
  });
});

function copiesOf(id: string, count: number) {
  const copies = platform.log.copiesOf(id);
  return copies.length >= count ? copies : null;
}

function bytesOf(record: ReturnType<typeof platform.log.copiesOf>[number] | undefined) {
  return [record?.key, record?.value, record?.headers];
}

function lettersOf(value: string) {
  const digest = contentDigest(Buffer.from('N1'), Buffer.from(value));
  return platform.log.deadLetters.filter(({ origin }) => origin.digest === digest);
}
