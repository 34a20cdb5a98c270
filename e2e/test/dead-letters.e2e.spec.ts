import {
  defaultSource,
  type DecisionView,
  decisionViewSchema,
  type RedriveAnswer,
  type RedriveView,
} from '@pitwall/contracts';
import { eventually, type ForeignMessage } from '@pitwall/testing';
import { Client } from 'pg';
import { aFlight, cloudEvent, flightMessage } from './flight-events.js';
import { publishPlainly } from './plain-kafka.js';
import { documentsOf, runPitwall } from './run-pitwall.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';

const WITHIN_MS = 30_000;
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.stop());

const publish = (messages: readonly ForeignMessage[]): Promise<void> =>
  publishPlainly({ brokers: platform.brokers, topic: platform.eventsTopic }, messages);

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: platform.databaseUrl });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql);
  await client.end();
  return rows;
}

/** Runs `pitwall dead-letters …`. */
const deadLetters = (args: readonly string[], stdin = '') =>
  runPitwall(platform, ['dead-letters', ...args, '--pipeline', platform.pipeline.name], { stdin });

async function pitwall<Document = Record<string, unknown>>(...args: readonly string[]): Promise<Document> {
  const run = await deadLetters([...args, '--json']);
  expect([run.code, args]).toEqual([0, args]);
  return documentsOf(run)[0] as Document;
}

/** The id of the dead letter of an event, once results has kept it. */
function keptLetter(eventId: string): Promise<string> {
  return eventually(
    async () => {
      const [row] = await query(
        `SELECT dead_letter_id FROM results.dead_letters
         WHERE headers::text LIKE '%${eventId}%' ORDER BY redrive_attempt DESC LIMIT 1`,
      );
      return row === undefined ? null : String(row['dead_letter_id']);
    },
    { what: `the dead letter of ${eventId}`, timeoutMs: WITHIN_MS },
  );
}

async function decisionOf(eventId: string): Promise<DecisionView> {
  const url = `${platform.url('results')}/v1/pipelines/${platform.pipeline.name}/decisions/${eventId}`;
  return eventually(
    async () => {
      const response = await fetch(url);
      return response.ok ? decisionViewSchema.parse(await response.json()) : null;
    },
    { what: `the decision of ${eventId}`, timeoutMs: WITHIN_MS },
  );
}

const letterView = (id: string) =>
  pitwall<{ closedBy: string | null; origin: { partition: number; offset: number } }>('show', id);

describe('a record that died in results of something that is gone', () => {
  it('is decided after a redrive, with its identity, its origin and its trace', async () => {
    await query("ALTER TABLE results.decisions ADD CONSTRAINT no_n666 CHECK (entity <> 'N666')");
    const event = flightMessage(platform, 'returns', { tailnum: 'N666' });
    const traceparent = `00-${TRACE_ID}-00f067aa0ba902b7-01`;
    await publish([{ ...event, headers: { ...event.headers, traceparent } }]);
    const id = await keptLetter('returns');
    const letter = await letterView(id);
    expect(letter).toMatchObject({ reason: 'storage_refused', stage: 'results', closedBy: null, traceId: TRACE_ID });
    await query('ALTER TABLE results.decisions DROP CONSTRAINT no_n666');

    const dry = await pitwall<RedriveAnswer>('redrive', '--reason', 'storage_refused', '--dry-run');
    expect(dry.plan.toSend).toEqual([{ topic: `${platform.pipeline.name}.predictions.v1`, records: 1 }]);
    const view = await pitwall<RedriveView>('redrive', '--reason', 'storage_refused', '--why', 'gone', '--wait');
    expect(view).toMatchObject({ state: 'done', progress: { sent: 1 }, outcomes: { decided: 1, diedAgain: 0 } });

    const { result, origin } = await decisionOf('returns');
    expect(result).toMatchObject({
      event: { id: 'returns', source: defaultSource(platform.pipeline.name) },
      entity: 'N666',
      traceId: TRACE_ID,
    });
    expect(origin).toMatchObject({ partition: letter.origin.partition, offset: letter.origin.offset });
    await expect(letterView(id)).resolves.toMatchObject({ closedBy: 'decision' });
    const tries = await eventually(
      () => {
        const spans = platform.traces.store.trace(TRACE_ID) ?? [];
        const inResults = spans.filter(
          ({ service, name }) => service === 'results' && name.startsWith('process') && name.includes('.predictions.'),
        );
        return inResults.length === 2 ? inResults : null;
      },
      { what: 'both tries in the one trace', timeoutMs: WITHIN_MS },
    );
    expect(tries.filter(({ error }) => error !== null)).toHaveLength(1);
    const again = await pitwall<RedriveAnswer>('redrive', id, '--dry-run');
    expect(again.plan).toMatchObject({ toSend: [], noOps: { decided: 1 } });
  });
});

describe('a raw record that nobody could read', () => {
  it('is decided once somebody has edited it, as the event that it was', async () => {
    const value = JSON.stringify(aFlight({ flight_id: 'edited', temp_f: 'hot' }));
    await publish([{ key: 'N1', value, headers: cloudEvent(platform, 'edited') }]);
    const id = await keptLetter('edited');
    const { origin } = await letterView(id);
    const fixed = JSON.stringify(aFlight({ flight_id: 'edited', temp_f: 71 }));
    const edit = await deadLetters(['edit', id, '--why', 'unit', '--json'], fixed);
    expect(edit.code).toBe(0);
    await pitwall('redrive', id, '--why', 'edited', '--wait');
    const decision = await decisionOf('edited');
    expect(decision.input.features['temp_f']).toBe(71);
    expect(decision.origin).toMatchObject({ partition: origin.partition, offset: origin.offset });
    await expect(letterView(id)).resolves.toMatchObject({ closedBy: 'decision', value: { text: value } });
  });

  it('dies again under a dead letter of its own when nothing has changed', async () => {
    await publish([{ key: 'N1', value: '{"broken', headers: cloudEvent(platform, 'again') }]);
    const id = await keptLetter('again');
    const run = await deadLetters(['redrive', id, '--why', 'hope', '--wait', '--json']);
    expect([run.code, documentsOf(run)[0]]).toMatchObject([1, { outcomes: { diedAgain: 1 } }]);
    const later = await keptLetter('again');
    expect(later).not.toBe(id);
    await expect(letterView(id)).resolves.toMatchObject({ closedBy: 'superseded' });
    const { origin } = await letterView(id);
    await expect(letterView(later)).resolves.toMatchObject({
      closedBy: null,
      redriveAttempt: 1,
      stage: 'ingestion',
      origin,
    });
  });

  it('is one of a group, and shown without what a terminal would obey', async () => {
    await publish([{ key: 'N1', value: 'no json \u001b[2J', headers: cloudEvent(platform, 'escapes') }]);
    const id = await keptLetter('escapes');
    const shown = await deadLetters(['show', id]);
    expect(shown.out).toContain(String.raw`value      no json \u001b[2J`);
    const groups = await deadLetters(['list', '--reason', 'not_json']);
    expect([groups.code, groups.out]).toEqual([0, expect.stringContaining('ingestion  not_json')]);
    const nobody = await deadLetters(['show', '0190f7ab-1234-5678-9abc-def012345678']);
    expect(nobody.code).toBe(3);
  });
});
