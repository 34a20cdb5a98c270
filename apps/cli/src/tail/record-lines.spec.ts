import { HEADER, TOPICS } from '@pitwall/contracts';
import { aRecord, textHeader } from '@pitwall/messaging';
import { recordJson } from './record-json.js';
import { DESCRIBERS, lineOf } from './record-lines.js';

const DIGEST = 'a'.repeat(64);
const TIME = '2026-01-01T00:00:00.000Z';
const EVENT = { source: '/p', id: 'e-1' };
const model = { name: 'champion', version: '2', digest: DIGEST };
const money = { amount: 12.5, currency: 'USD' };
const decided = {
  resultId: '60981cec-c8ac-5cf0-9872-ae3d3e87e261',
  pipeline: 'p',
  event: { ...EVENT, time: TIME },
  entity: 'N1',
  decision: 'proceed',
  score: 0.25,
  threshold: 1 / 3,
  policyVersion: '1',
  model,
};
const letter = {
  deadLetterId: '60981cec-c8ac-5cf0-9872-ae3d3e87e261',
  pipeline: 'p',
  stage: 'ingestion',
  reason: 'not_json',
  message: 'Got "\u001b[2J".',
  violations: [],
  violationCount: 0,
  record: { topic: 'p.events.v1', partition: 1, offset: 7, appendedAt: TIME },
  origin: { topic: 'p.events.v1', partition: 1, offset: 7, appendedAt: TIME, digest: DIGEST },
  identity: null,
  attempts: 1,
  redriveAttempt: 2,
  service: 'ingestion@1',
  traceId: null,
  deadAt: TIME,
};
const features = {
  pipeline: 'p',
  ...EVENT,
  entity: 'N1',
  eventTime: TIME,
  late: true,
  future: false,
  definitionVersion: 1,
  features: { wind: null },
  notes: [{ field: 'wind', kind: 'missing', rule: 'absent' }],
};

/** A value for each kind of topic, and what is said of it. */
const VALUES: Readonly<Record<string, readonly [unknown, string]>> = {
  events: [{ a: 1 }, 'e-1                          {"a":1}'],
  features: [features, `e-1                          ${TIME}  late  wind missing`],
  predictions: [
    {
      ...features,
      scores: [{ role: 'champion', model: 'champion', version: '2', digest: DIGEST, score: 0.25 }],
      fallback: null,
      inferenceMs: 1,
    },
    'e-1                          champion champion@2 0.2500',
  ],
  results: [
    { ...decided, fallback: null, expectedValue: money, late: false, traceId: 'b'.repeat(32), decidedAt: TIME },
    'e-1                          proceed    0.2500 of 0.3333  champion@2',
  ],
  feedback: [
    { kind: 'action', id: 'e-1', action: 'accepted', at: TIME, by: 'ops' },
    'e-1                          accepted  by ops',
  ],
  outcomes: [
    {
      ...decided,
      outcomeId: '60981cec-c8ac-5cf0-9872-ae3d3e87e261',
      label: 'late',
      positive: true,
      labelSource: 'tower',
      revision: 1,
      observedAt: TIME,
      labelDelayMs: 5,
      correct: false,
      value: money,
      decisionTraceId: 'b'.repeat(32),
      joinedAt: TIME,
    },
    'e-1                          proceed    wrong   late  12.50 USD  tower revision 1',
  ],
  'dead-letters': ['no json', '1:7 of p.events.v1           ingestion not_json  redriven 2 times  Got "\\u001b[2J".'],
  deployments: [
    {
      pipeline: 'p',
      revision: 3,
      champion: { model: 'champion', version: '2', digest: DIGEST },
      announcedAt: TIME,
      announcedBy: 'provision',
    },
    'revision 3  champion champion@2  by provision',
  ],
};

const recordOf = (kind: string, value: string) =>
  aRecord({
    topic: `p.${kind}.v1`,
    partition: 3,
    offset: 42,
    appendedAt: Date.parse(TIME),
    key: Buffer.from('N1'),
    value: Buffer.from(value),
    headers: [
      textHeader(HEADER.ceId, 'e-1'),
      ...(kind === 'dead-letters' ? [textHeader(HEADER.deadLetter, JSON.stringify(letter))] : []),
    ],
  });

describe('a line for each kind of topic', () => {
  it('is there for every topic of the contracts', () => {
    expect(DESCRIBERS.map(({ topic }) => topic)).toEqual(TOPICS);
  });

  it.each(DESCRIBERS.map((describer) => [describer.topic.kind, describer] as const))('%s', (kind, describer) => {
    const [value, said] = VALUES[kind] ?? [null, ''];
    const record = recordOf(kind, typeof value === 'string' ? value : JSON.stringify(value));
    expect(lineOf(record, describer)).toBe(`${TIME}       3:42  N1        ${said}`);
    expect(lineOf(record, describer, 'kind')).toContain(`${TIME}  kind       3:42`);
  });

  it.each(
    DESCRIBERS.filter(({ topic }) => topic.message !== null && topic.kind !== 'dead-letters').map(
      (d) => [d.topic.kind, d] as const,
    ),
  )('%s says that a record is not what it should be, without letting it at the terminal', (kind, describer) => {
    expect(lineOf(recordOf(kind, '{"a":\u001b}'), describer)).toContain('not readable:  {"a":\\u001b}');
  });
});

describe('recordJson', () => {
  it('has value and headers as they can be read', () => {
    expect(recordJson(recordOf('events', '{"a":1}'))).toEqual({
      topic: 'p.events.v1',
      partition: 3,
      offset: 42,
      appendedAt: TIME,
      key: 'N1',
      headers: { ce_id: 'e-1' },
      value: { a: 1 },
    });
    expect(recordJson(recordOf('dead-letters', 'no json'))).toMatchObject({
      raw: 'no json',
      deadLetter: { reason: 'not_json' },
    });
  });

  it('keeps bytes that are no text, repeated headers and tombstones', () => {
    const headers = [textHeader('h', '1'), { name: 'h', value: null }, { name: 'b', value: Buffer.from([255]) }];
    expect(recordJson(aRecord({ topic: 't', value: null, key: Buffer.from([254]), headers }))).toMatchObject({
      key: { base64: '/g==' },
      headers: { h: ['1', null], b: { base64: '/w==' } },
      value: null,
    });
    expect(recordJson(aRecord({ topic: 't', value: Buffer.from([255]) }))).toMatchObject({ raw: { base64: '/w==' } });
  });
});
