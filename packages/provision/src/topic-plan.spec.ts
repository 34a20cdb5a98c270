import { TOPICS } from '@pitwall/contracts';
import { differencesOf, planTopics } from './topic-plan.js';

const pipelines = [
  { name: 'flight-delay', partitions: 6 },
  { name: 'churn', partitions: 2 },
];

describe('planTopics', () => {
  it('plans every pipeline topic once a pipeline and every platform topic once', () => {
    const names = planTopics(pipelines, 1).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('churn.results.v1');
    expect(names.filter((name) => name.startsWith('pitwall.'))).toEqual(
      TOPICS.filter(({ scope }) => scope === 'platform').map((spec) => spec.name('')),
    );
  });

  it('gives all topics of a pipeline the partitions that the definition says, and has the broker stamp and unpack them', () => {
    const ofChurn = planTopics(pipelines, 1).filter(({ name }) => name.startsWith('churn.'));
    expect(ofChurn.map(({ partitions }) => partitions)).toEqual(ofChurn.map(() => 2));
    expect(ofChurn.map(({ config }) => config['message.timestamp.type'])).toEqual(ofChurn.map(() => 'LogAppendTime'));
    expect(ofChurn.map(({ config }) => config['compression.type'])).toEqual(ofChurn.map(() => 'uncompressed'));
  });

  it.each([
    [-1, undefined],
    [1, undefined],
    [3, '2'],
  ])('with replication factor %i has min.insync.replicas %s', (factor, expected) => {
    const found = planTopics(pipelines, factor).map(({ config }) => config['min.insync.replicas']);
    expect(new Set(found)).toEqual(new Set([expected]));
  });
});

describe('differencesOf', () => {
  const planned = { name: 't', partitions: 6, config: { 'cleanup.policy': 'delete', 'retention.ms': '1' } };

  it('says nothing about a topic that is as planned, whatever else is configured', () => {
    expect(differencesOf(planned, { ...planned, config: { ...planned.config, 'segment.ms': '5' } })).toEqual([]);
  });

  it('says every difference', () => {
    expect(differencesOf(planned, { name: 't', partitions: 3, config: { 'cleanup.policy': 'compact' } })).toEqual([
      'has 3 partitions, expected 6',
      'has cleanup.policy=compact, expected delete',
      'has retention.ms=(not said), expected 1',
    ]);
  });
});
