import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stdin } from 'node:process';
import { fileURLToPath } from 'node:url';
import type { DecisionView } from '@pitwall/contracts';
import { startTraceReceiver, type TraceReceiver } from '@pitwall/otlp-receiver';
import { cli } from '../src/cli.js';

const TRACE_ID = 'b'.repeat(32);
const PIPELINE = fileURLToPath(new URL('../../../pipelines/flight-delay', import.meta.url));

const decision: DecisionView = {
  result: {
    resultId: '60981cec-c8ac-5cf0-9872-ae3d3e87e261',
    pipeline: 'p',
    event: { source: '/p', id: 'known', time: '2013-04-01T00:00:00.000Z' },
    entity: 'N1',
    decision: 'intervene',
    score: 0.75,
    threshold: 1 / 3,
    policyVersion: '1',
    model: { name: 'champion', version: '1.0.0', digest: 'a'.repeat(64) },
    fallback: null,
    expectedValue: { amount: 50, currency: 'USD' },
    late: false,
    traceId: TRACE_ID,
    decidedAt: '2026-01-01T00:00:00.000Z',
  },
  input: {
    features: { dest: 'SFO', wind: null },
    notes: [{ field: 'wind', kind: 'missing', rule: 'hard-range', from: 1048 }],
    definitionVersion: 1,
  },
  scores: [{ role: 'champion', model: 'champion', version: '1.0.0', digest: 'a'.repeat(64), score: 0.75 }],
  inferenceMs: 1,
  origin: { topic: 't', partition: 1, offset: 2, appendedAt: '2026-01-01T00:00:00.000Z', digest: 'c'.repeat(64) },
  labelState: 'labelled',
  labels: [
    {
      label: 'late',
      labelSource: 'tower',
      revision: 0,
      observedAt: '2013-04-01T04:00:00.000Z',
      receivedAt: '2026-01-02T00:00:00.000Z',
      traceId: 'd'.repeat(32),
      outcome: null,
    },
  ],
  actions: [
    {
      action: 'overridden',
      at: '2013-04-01T01:00:00.000Z',
      by: 'dispatcher',
      reason: 'crew change',
      receivedAt: '2026-01-02T00:00:00.000Z',
      traceId: 'e'.repeat(32),
    },
  ],
};

describe('pitwall against services', () => {
  let results: Server;
  let traces: TraceReceiver;
  let resultsUrl: string;
  beforeAll(async () => {
    results = createServer((request, response) => {
      const isKnown =
        request.url === '/v1/pipelines/p/decisions/known' || request.url?.endsWith('?source=%2Fp') === true;
      const status = request.url?.includes('/broken') === true ? 503 : isKnown ? 200 : 404;
      const problem = { type: 'about:blank', title: 'no', status, detail: `Answer ${status}.` };
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify(isKnown ? decision : problem));
    });
    results.listen(0, '127.0.0.1');
    await once(results, 'listening');
    resultsUrl = `http://127.0.0.1:${(results.address() as AddressInfo).port}`;
    traces = await startTraceReceiver({ port: 0 });
  });
  afterAll(async () => {
    results.close();
    await traces.close();
  });

  const run = async (...argv: readonly string[]) => {
    const seen = { code: 0, out: '', err: '' };
    const env = { PITWALL_RESULTS_URL: resultsUrl, PITWALL_TRACES_URL: traces.url };
    const stdout = (text: string) => (seen.out += text);
    const stderr = (text: string) => (seen.err += text);
    const signal = new AbortController().signal;
    seen.code = await cli(argv, { env, stdin, stdout, stderr, isWatched: false, signal, now: () => new Date() });
    return seen;
  };

  it('says what was decided, by what and from what', async () => {
    const { code, out } = await run('decision', 'known', '--pipeline', 'p');
    expect(code).toBe(0);
    expect(out).toContain('decision   intervene, score 0.7500 against 0.3333');
    expect(out).toContain('label      late, tower revision 0, observed 2013-04-01T04:00:00.000Z: replaced');
    expect(out).toContain('action     overridden by dispatcher at 2013-04-01T01:00:00.000Z: crew change');
    expect(out).toContain('features   dest=SFO wind=missing');
    expect(out).toContain('cleaned    wind missing (hard-range)');
  });

  it('prints the same as JSON, and nothing else', async () => {
    const { out } = await run('decision', 'known', '--json', '--pipeline', 'p');
    expect(JSON.parse(out)).toEqual(decision);
  });

  it('asks for the source that is given', async () => {
    expect((await run('decision', 'other', '--source', '/p', '--pipeline', 'p')).code).toBe(0);
  });

  it.each([
    ['unknown', 3, 'Answer 404.'],
    ['broken', 1, 'Answer 503.'],
  ])('ends %s with %i and what the service says', async (id, code, message) => {
    expect(await run('decision', id, '--pipeline', 'p')).toEqual({ code, out: '', err: `${message}\n` });
  });

  it('ends with 5 where nobody answers', async () => {
    const { code, err } = await run('decision', 'known', '--results-url', 'http://127.0.0.1:1', '--pipeline', 'p');
    expect(code).toBe(5);
    expect(err).toContain('http://127.0.0.1:1/v1/pipelines/p/decisions/known does not answer');
  });

  it('finds the trace of an event, and says why there may be none', async () => {
    const missing = await run('trace', 'known', '--pipeline', 'p');
    expect([missing.code, missing.err]).toEqual([3, expect.stringContaining('was not sampled')]);
    traces.store.add([
      {
        traceId: TRACE_ID,
        spanId: '1',
        parentSpanId: null,
        service: 'ingestion',
        name: 'process p.events.v1',
        kind: 5,
        startMs: 0,
        durationMs: 1,
        attributes: {},
        links: [],
        error: null,
      },
    ]);
    const byEvent = await run('trace', 'known', '--pipeline', 'p');
    expect([byEvent.code, byEvent.out]).toEqual([0, expect.stringContaining('ingestion  process p.events.v1')]);
    expect((await run('trace', TRACE_ID, '--pipeline', 'p')).out).toBe(byEvent.out);
    const asJson = await run('trace', TRACE_ID, '--json', '--pipeline', 'p');
    expect(JSON.parse(asJson.out)).toMatchObject({ traceId: TRACE_ID, spans: [{ service: 'ingestion' }] });
  });

  it('checks a definition without any server', async () => {
    expect(await run('pipeline', 'check', PIPELINE)).toMatchObject({ code: 0, err: '' });
    const broken = await run('pipeline', 'check', '/nowhere', '--json');
    expect(broken.code).toBe(1);
    expect(JSON.parse(broken.out)).toMatchObject({ isUsable: false, problems: expect.any(Array) });
  });
});
