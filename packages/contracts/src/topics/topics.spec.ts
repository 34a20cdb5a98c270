import { LIMITS } from '../limits.js';
import { REASON_CODE_LIST, REASON_CODES } from '../reason-codes.js';
import { deadLettersTopic, pipelineNameSchema, TOPICS } from './index.js';

describe.each(TOPICS)('the topic $kind', (topic) => {
  it('has a legal, versioned name', () => {
    expect(topic.name('flight-delay')).toMatch(/^[a-z][a-z0-9.-]+\.v1$/);
  });

  it('has room for what is written to it', () => {
    const foreign = topic.kind === 'events' || topic.kind === 'feedback';
    const derived = foreign ? LIMITS.maxEventRecordBytes : LIMITS.maxDerivedBytes;
    const redrive = topic.scope === 'pipeline' ? LIMITS.maxRedriveGrowthBytes : 0;
    expect(topic.maxMessageBytes).toBeGreaterThanOrEqual(derived + redrive);
  });
});

it('keeps an original that fills its topic together with its dead letter', () => {
  const others = TOPICS.filter((topic) => topic.scope === 'pipeline' && topic !== deadLettersTopic);
  const largest = Math.max(...others.map((topic) => topic.maxMessageBytes));
  expect(deadLettersTopic.maxMessageBytes).toBeGreaterThan(largest + LIMITS.maxDeadLetterHeaderBytes);
});

it('gives every topic of a pipeline the same number of partitions', () => {
  expect(TOPICS.filter((topic) => topic.scope === 'pipeline').map((topic) => topic.partitions)).toEqual(
    Array(7).fill('pipeline'),
  );
});

it('names no topic and no reason twice', () => {
  expect(new Set(TOPICS.map((topic) => topic.name('p'))).size).toBe(TOPICS.length);
  expect(new Set(REASON_CODES).size).toBe(REASON_CODE_LIST.length);
});

it.each(['', 'Flight', 'a b', '1a', 'a'.repeat(64), 'a.b'])('refuses the pipeline name %j', (name) => {
  expect(pipelineNameSchema.safeParse(name).success).toBe(false);
});
