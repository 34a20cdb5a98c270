import { TOPICS } from '@pitwall/contracts';
import { differencesOf, differenceText, planTopics, remediesOf } from './topic-plan.js';

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
    const found = differencesOf(planned, { name: 't', partitions: 3, config: { 'cleanup.policy': 'compact' } });
    expect(found.map(differenceText)).toEqual([
      'has 3 partitions, expected 6',
      'has cleanup.policy=compact, expected delete',
      'has retention.ms=(not said), expected 1',
    ]);
  });
});

describe('remediesOf', () => {
  const larger = { name: 'max.message.bytes', is: '1048576', expected: '1114112' };
  const shorter = { name: 'retention.ms', is: '604800000', expected: '3600000' };
  const partitions = { name: 'partitions', is: '3', expected: '6' };

  it('gives one command for all settings of a topic', () => {
    const compact = { name: 'compression.type', is: 'producer', expected: 'uncompressed' };
    expect(remediesOf('churn.results.v1', [larger, compact], 'kafka-1:9092,kafka-2:9092')).toEqual([
      'To change it: kafka-configs.sh --bootstrap-server kafka-1:9092,kafka-2:9092 --alter --entity-type topics --entity-name churn.results.v1 --add-config max.message.bytes=1114112,compression.type=uncompressed',
    ]);
  });

  it('warns where the command may delete records', () => {
    expect(remediesOf('t', [larger, shorter], 'b:1')).toEqual([
      expect.stringContaining('--add-config max.message.bytes=1114112,retention.ms=3600000'),
      'Look first: with another retention.ms the broker may delete records at once.',
    ]);
  });

  it('knows no command for the number of partitions', () => {
    expect(remediesOf('t', [partitions], 'b:1')).toEqual([
      expect.stringContaining('The number of partitions must stay'),
    ]);
  });

  it('has nothing to say of a topic that is as planned', () => {
    expect(remediesOf('t', [], 'b:1')).toEqual([]);
  });
});
