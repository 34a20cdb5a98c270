import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type DeadLetter,
  type DecisionView,
  decisionViewSchema,
  featuresTopic,
  predictionsTopic,
  resultsTopic,
  type WindowView,
  windowsViewSchema,
} from '@pitwall/contracts';
import type { InboundRecord } from '@pitwall/messaging';
import { spanTree, type SpanNode } from '@pitwall/otlp-receiver';
import { eventually } from '@pitwall/testing';
import { flightMessage } from './flight-events.js';
import { publishPlainly } from './plain-kafka.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';
import { resultOf } from './topic-log.js';

interface GoldenRow {
  readonly flightId: string;
  readonly inputs: Readonly<Record<'cat' | 'num', readonly (string | number | null)[]>>;
  readonly scores: Readonly<Record<string, number>>;
}

interface GoldenScores {
  readonly tolerance: number;
  readonly columns: Readonly<Record<'cat' | 'num', readonly string[]>>;
  readonly rows: readonly GoldenRow[];
}

const golden = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../pipelines/flight-delay/data/golden-scores.json', import.meta.url)), 'utf8'),
) as GoldenScores;

const DECIDED_WITHIN_MS = 60_000;
/** That of the producer is not among them. */
const SPANS_OF_AN_EVENT = 8;

describe('the way of an event through the built services', () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await startTestPlatform();
  });
  afterAll(() => platform.stop());

  const publish = (messages: Parameters<typeof publishPlainly>[1]): Promise<void> =>
    publishPlainly({ brokers: platform.brokers, topic: platform.eventsTopic }, messages);

  const resultRecord = (id: string, copies = 1) =>
    eventually(() => (platform.log.copiesOf(id).length >= copies ? platform.log.copiesOf(id) : null), {
      what: `${copies} copies of the result of ${id}`,
      timeoutMs: DECIDED_WITHIN_MS,
    });

  /** The dead letters of an event; null while there is none. */
  const letters = (id: string): readonly DeadLetter[] | null => {
    const found = platform.log.deadLettersOf(id);
    return found.length === 0 ? null : found;
  };

  const decisionOf = async (id: string): Promise<DecisionView> => {
    const path = `/v1/pipelines/${platform.pipeline.name}/decisions/${encodeURIComponent(id)}`;
    const answer = await fetch(`${platform.url('results')}${path}`);
    expect(answer.status).toBe(200);
    return decisionViewSchema.parse(await answer.json());
  };

  it('decides an event of a plain client: the same on the topic and over HTTP', async () => {
    await publish([flightMessage(platform, 'plain', { wind_speed_mph: 1_048.4 })]);
    const [record] = await resultRecord('plain');
    const result = resultOf(record as InboundRecord);
    expect(result).toMatchObject({
      pipeline: platform.pipeline.name,
      entity: 'N001XX',
      event: { id: 'plain', source: `/${platform.pipeline.name}`, time: '2013-04-01T11:00:00.000Z' },
      model: { name: 'champion', digest: platform.pipeline.champion.manifest.artifact.sha256 },
      fallback: null,
    });
    const { act, hold, threshold } = platform.pipeline.decision;
    expect(result.decision).toBe((result.score as number) >= threshold ? act : hold);
    const view = await decisionOf('plain');
    expect(view.result).toEqual(result);
    expect(view.input.features['wind_speed_mph']).toBeNull();
    expect(view.input.notes).toContainEqual(
      expect.objectContaining({ field: 'wind_speed_mph', kind: 'missing', rule: 'hard-range', from: 1_048.4 }),
    );
    expect(view.origin.topic).toBe(platform.eventsTopic);
  });

  it('leaves one trace through all four services, every span below the one that caused it', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const producer = 'b7ad6b7169203331';
    const message = flightMessage(platform, 'traced');
    await publish([{ ...message, headers: { ...message.headers, traceparent: `00-${traceId}-${producer}-01` } }]);
    const [record] = await resultRecord('traced');
    expect(resultOf(record as InboundRecord).traceId).toBe(traceId);
    const spans = await eventually(
      () => {
        const held = platform.traces.store.trace(traceId) ?? [];
        // Each service sends its spans when it likes.
        return held.length >= SPANS_OF_AN_EVENT ? held : null;
      },
      { what: 'the spans of all services', timeoutMs: DECIDED_WITHIN_MS },
    );
    const { name } = platform.pipeline;
    const [features, predictions, results] = [featuresTopic, predictionsTopic, resultsTopic].map((t) => t.name(name));
    const shapeOf = ({ span, children }: SpanNode): unknown => [
      `${span.service} ${span.name}`,
      ...children.map(shapeOf).toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
    ];
    const tree = spanTree(spans);
    expect(tree.map(shapeOf)).toEqual([
      [
        `ingestion process ${platform.eventsTopic}`,
        [
          `ingestion send ${features}`,
          [
            `inference process ${features}`,
            [
              `inference send ${predictions}`,
              [`monitoring process ${predictions}`],
              [`results process ${predictions}`, [`results send ${results}`, [`monitoring process ${results}`]]],
            ],
          ],
        ],
      ],
    ]);
    expect(tree[0]?.span.parentSpanId).toBe(producer);
    expect(spans.every((span) => span.error === null)).toBe(true);
  });

  it('gives the scores of the golden rows to 1e-5 on the results topic', async () => {
    const messages = golden.rows.map(({ flightId, inputs }) => {
      const fields = (['cat', 'num'] as const).flatMap((kind) =>
        golden.columns[kind].map((column, index) => [column, inputs[kind][index]] as const),
      );
      return flightMessage(platform, flightId, { ...Object.fromEntries(fields), tailnum: null });
    });
    await publish(messages);
    const results = await Promise.all(
      golden.rows.map(async ({ flightId }) => resultOf((await resultRecord(flightId))[0] as InboundRecord)),
    );
    const differences = results.map(({ score }, index) =>
      Math.abs((score as number) - (golden.rows[index]?.scores['champion'] ?? NaN)),
    );
    expect(differences).toHaveLength(100);
    expect(Math.max(...differences)).toBeLessThanOrEqual(golden.tolerance);
  });

  it('decides an event that its producer sends twice once, and leaves no dead letter', async () => {
    const message = flightMessage(platform, 'again');
    await publish([message]);
    const [first] = await resultRecord('again');
    await publish([message, flightMessage(platform, 'after-again')]);
    await resultRecord('after-again');
    expect(platform.log.copiesOf('again')).toEqual([first]);
    expect(platform.log.deadLettersOf('again')).toEqual([]);
    expect((await decisionOf('again')).result).toEqual(resultOf(first as InboundRecord));
  });

  it('refuses other content under an identity that is decided', async () => {
    await publish([flightMessage(platform, 'reused')]);
    await resultRecord('reused');
    await publish([flightMessage(platform, 'reused', { temp_f: 99 })]);
    const [letter] = await eventually(() => letters('reused'), {
      what: 'the dead letter of the second content',
      timeoutMs: DECIDED_WITHIN_MS,
    });
    expect(letter).toMatchObject({ stage: 'results', reason: 'id_reused', attempts: 1 });
    expect((await decisionOf('reused')).input.features['temp_f']).toBe(50);
  });

  it('counts every prediction and every result once in the windows of monitoring', async () => {
    const decided = new Set(
      platform.log.records
        .filter(({ topic }) => topic === resultsTopic.name(platform.pipeline.name))
        .map((r) => resultOf(r).resultId),
    ).size;
    const windows = await eventually(
      async () => {
        const answer = await fetch(`${platform.url('monitoring')}/v1/pipelines/${platform.pipeline.name}/windows`);
        const view = windowsViewSchema.parse(await answer.json());
        return view.windows.reduce((sum, { results }) => sum + results, 0) >= decided ? view.windows : null;
      },
      { what: 'all results in the windows', timeoutMs: DECIDED_WITHIN_MS },
    );
    const total = (countOf: (window: WindowView) => number): number =>
      windows.reduce((sum, window) => sum + countOf(window), 0);
    expect(total(({ results }) => results)).toBe(decided);
    expect(total(({ latencyMs }) => latencyMs.count)).toBe(decided);
    expect(total(({ hopLatencyMs }) => hopLatencyMs.results.count)).toBe(decided);
    // Also of the event whose id was used again: its prediction was made, and then no result.
    const predicted = total(({ predictions }) => predictions);
    expect(total(({ hopLatencyMs }) => hopLatencyMs.features.count)).toBe(predicted);
    expect(total(({ hopLatencyMs }) => hopLatencyMs.predictions.count)).toBe(predicted);
  });
});
