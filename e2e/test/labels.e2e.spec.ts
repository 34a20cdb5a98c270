import {
  decisionViewSchema,
  defaultSource,
  feedbackTopic,
  type ModelPerformance,
  outcomesTopic,
  windowsViewSchema,
} from '@pitwall/contracts';
import type { InboundRecord } from '@pitwall/messaging';
import { type Span, spanTree } from '@pitwall/otlp-receiver';
import { eventually } from '@pitwall/testing';
import { flightMessage } from './flight-events.js';
import { publishPlainly } from './plain-kafka.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';
import { outcomeOf, resultOf } from './topic-log.js';

const WITHIN_MS = 20_000;
const DECISION_TRACE = '0af7651916cd43dd8448eb211c80319c';
const LABEL_TRACE = 'b9c7c989f97918e1be9e2d4b1c1a7f3e';
const PRODUCER_SPAN = 'b7ad6b7169203331';

const traceparent = (traceId: string) => ({ traceparent: `00-${traceId}-${PRODUCER_SPAN}-01` });

describe('the way of a label through the built services', () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await startTestPlatform();
  });
  afterAll(() => platform.stop());

  const publishEvent = (id: string, headers: Readonly<Record<string, string>> = {}): Promise<void> => {
    const message = flightMessage(platform, id);
    const to = { brokers: platform.brokers, topic: platform.eventsTopic };
    return publishPlainly(to, [{ ...message, headers: { ...message.headers, ...headers } }]);
  };

  const publishFeedback = (
    key: string,
    value: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<void> => {
    const topic = feedbackTopic.name(platform.pipeline.name);
    return publishPlainly({ brokers: platform.brokers, topic }, [{ key, value, headers }]);
  };

  const aLabel = (id: string, change: Readonly<Record<string, unknown>> = {}): string =>
    JSON.stringify({
      kind: 'label',
      id,
      source: defaultSource(platform.pipeline.name),
      label: true,
      observedAt: '2013-04-01T15:30:00Z',
      labelSource: 'airport',
      revision: 1,
      ...change,
    });

  const resultRecord = (id: string): Promise<InboundRecord> =>
    eventually(() => platform.log.copiesOf(id)[0] ?? null, { what: `the result of ${id}`, timeoutMs: WITHIN_MS });

  const outcomeRecord = (id: string, revision = 1): Promise<InboundRecord> =>
    eventually(() => platform.log.outcomesOf(id).find((record) => outcomeOf(record).revision === revision) ?? null, {
      what: `the outcome of ${id} in revision ${revision}`,
      timeoutMs: WITHIN_MS,
    });

  /** What the windows add up to once they have so many labels. */
  const performanceOf = (labels: number): Promise<readonly ModelPerformance[]> =>
    eventually(
      async () => {
        const answer = await fetch(`${platform.url('monitoring')}/v1/pipelines/${platform.pipeline.name}/windows`);
        const { windows } = windowsViewSchema.parse(await answer.json());
        const models = windows.flatMap(({ performance }) => performance);
        return models.reduce((sum, model) => sum + model.labels, 0) === labels ? models : null;
      },
      { what: `${labels} labels in the windows`, timeoutMs: WITHIN_MS },
    );

  it('joins it with its decision, in a trace of its own that is linked to the one of the decision', async () => {
    await publishEvent('traced', traceparent(DECISION_TRACE));
    const result = resultOf(await resultRecord('traced'));
    await publishFeedback('traced', aLabel('traced'), traceparent(LABEL_TRACE));
    const outcome = outcomeOf(await outcomeRecord('traced'));
    const { act, values } = platform.pipeline.decision;
    expect(outcome).toMatchObject({
      resultId: result.resultId,
      decision: result.decision,
      label: 'late',
      labelDelayMs: 4.5 * 3_600_000,
      correct: result.decision === act,
      value: { amount: values[result.decision]?.['late'], currency: 'USD' },
      decisionTraceId: DECISION_TRACE,
    });
    const spans = await eventually(
      () => {
        const held = platform.traces.store.trace(LABEL_TRACE) ?? [];
        return held.length >= 3 ? held : null;
      },
      { what: 'the spans of results and monitoring', timeoutMs: WITHIN_MS },
    );
    const { name } = platform.pipeline;
    const [feedback, outcomes] = [feedbackTopic, outcomesTopic].map((topic) => topic.name(name));
    const tree = spanTree(spans);
    const way: string[] = [];
    for (let node = tree[0]; node !== undefined; node = node.children[0])
      way.push(`${node.span.service} ${node.span.name}`);
    expect(way).toEqual([`results process ${feedback}`, `results send ${outcomes}`, `monitoring process ${outcomes}`]);
    const published = (platform.traces.store.trace(DECISION_TRACE) ?? []).find(
      ({ service, kind }: Span) => service === 'results' && kind === 4,
    );
    expect(tree[0]?.span.links).toEqual([{ traceId: DECISION_TRACE, spanId: published?.spanId }]);
  });

  it('shows it with the decision', async () => {
    const answer = await fetch(`${platform.url('results')}/v1/pipelines/${platform.pipeline.name}/decisions/traced`);
    const view = decisionViewSchema.parse(await answer.json());
    expect(view.labelState).toBe('labelled');
    expect(view.labels).toMatchObject([
      { label: 'late', revision: 1, traceId: LABEL_TRACE, outcome: { correct: expect.any(Boolean) } },
    ]);
  });

  it('takes a correction for the last word, also in the windows', async () => {
    await performanceOf(1);
    await publishEvent('corrected');
    const { decision } = resultOf(await resultRecord('corrected'));
    await publishFeedback('corrected', aLabel('corrected'));
    const first = outcomeOf(await outcomeRecord('corrected'));
    const before = await performanceOf(2);
    await publishFeedback('corrected', aLabel('corrected', { label: false, revision: 2 }));
    const last = outcomeOf(await outcomeRecord('corrected', 2));
    const { values, act } = platform.pipeline.decision;
    expect(last).toMatchObject({
      label: 'on-time',
      correct: decision !== act,
      value: { amount: values[decision]?.['on-time'] },
    });
    expect(last.resultId).toBe(first.resultId);
    const valueOf = (models: readonly ModelPerformance[]): number => models.reduce((sum, { value }) => sum + value, 0);
    const rightOf = (models: readonly ModelPerformance[]): number =>
      models.reduce((sum, { figures, labels }) => sum + Math.round((figures['accuracy']?.value ?? 0) * labels), 0);
    const right = rightOf(before) - Number(first.correct) + Number(last.correct);
    const after = await eventually(
      async () => {
        const models = await performanceOf(2);
        return rightOf(models) === right ? models : null;
      },
      { what: 'the correction in the windows', timeoutMs: WITHIN_MS },
    );
    expect(valueOf(after)).toBe(valueOf(before) - first.value.amount + last.value.amount);
  });

  it('keeps it until its event is decided, and joins it in the trace of the decision', async () => {
    await publishFeedback('awaited', aLabel('awaited'));
    await publishFeedback('awaited', aLabel('awaited'));
    await publishEvent('awaited', traceparent(DECISION_TRACE));
    const outcome = outcomeOf(await outcomeRecord('awaited'));
    expect(outcome.resultId).toBe(resultOf(await resultRecord('awaited')).resultId);
    expect(outcome.decisionTraceId).toBe(DECISION_TRACE);
  });

  it('says what is wrong with bad feedback, and goes on with what comes behind it', async () => {
    await publishFeedback('bad', '{"kind":"label","id":');
    await publishFeedback('bad', aLabel('bad', { label: 'cancelled' }));
    await publishFeedback('bad', aLabel('bad'));
    await publishEvent('bad');
    await outcomeRecord('bad');
    const topic = feedbackTopic.name(platform.pipeline.name);
    const letters = await eventually(
      () => {
        const found = platform.log.deadLetters.filter(({ origin }) => origin.topic === topic);
        return found.length >= 2 ? found : null;
      },
      { what: 'two dead letters', timeoutMs: WITHIN_MS },
    );
    expect(letters).toMatchObject([
      { stage: 'results', reason: 'invalid_feedback', identity: null },
      { stage: 'results', reason: 'unknown_outcome', identity: { id: 'bad' } },
    ]);
  });
});
