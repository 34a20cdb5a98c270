import { eventsTopic, parseOrigin, resultsTopic } from '@pitwall/contracts';
import { type InboundRecord, headerOf } from '@pitwall/messaging';
import { eventually } from '@pitwall/testing';
import { flightMessage } from './flight-events.js';
import { publishPlainly } from './plain-kafka.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';
import { resultOf, TopicLog } from './topic-log.js';

const ENTITIES = Array.from({ length: 12 }, (_, entity) => `N${entity}00XX`);
const EVENTS_OF_EACH = 150;
const SENDS = 5;
/** Every so many events of an entity one cannot be read. */
const POISON_EVERY = 50;
const WITHIN_MS = 60_000;

const byPlace = (a: InboundRecord, b: InboundRecord): number => a.partition - b.partition || a.offset - b.offset;

describe('the events of an entity', () => {
  let platform: TestPlatform;
  let raw: TopicLog;
  beforeAll(async () => {
    platform = await startTestPlatform();
    raw = await TopicLog.follow(platform.client, [platform.eventsTopic]);
  });
  afterAll(async () => {
    await raw.stop();
    await platform.stop();
  });

  const results = (): readonly InboundRecord[] =>
    platform.log.records.filter(({ topic }) => topic === resultsTopic.name(platform.pipeline.name));

  const messagesOf = (entity: string, at: number) => {
    const { headers, ...message } = flightMessage(platform, `${entity}-${at}`, { tailnum: entity });
    const value = at % POISON_EVERY === POISON_EVERY - 1 ? '{' : message.value;
    // Not the partition that the entity's own key has: ingestion moves them.
    return { value, headers: headers ?? {}, partition: ENTITIES.indexOf(entity) % platform.pipeline.partitions };
  };

  it('keep the order of their raw records through all services, with others and dead ones between them', async () => {
    const numbers = Array.from({ length: EVENTS_OF_EACH }, (_, at) => at);
    const messages = numbers.flatMap((at) => ENTITIES.map((entity) => messagesOf(entity, at)));
    const size = messages.length / SENDS;
    for (let from = 0; from < messages.length; from += size) {
      const to = { brokers: platform.brokers, topic: platform.eventsTopic };
      await publishPlainly(to, messages.slice(from, from + size));
    }
    const sound = messages.filter(({ value }) => value !== '{').length;
    await eventually(() => new Set(results().map((record) => resultOf(record).resultId)).size >= sound, {
      what: `${sound} results`,
      timeoutMs: WITHIN_MS,
      everyMs: 200,
    });
    await eventually(() => raw.records.length >= messages.length, { what: 'the raw records', timeoutMs: WITHIN_MS });

    const partitions = new Set<number>();
    for (const entity of ENTITIES) {
      const ofEntity = results()
        .filter((record) => resultOf(record).entity === entity)
        .toSorted(byPlace);
      expect(new Set(ofEntity.map(({ partition }) => partition)).size).toBe(1);
      partitions.add(ofEntity[0]?.partition ?? -1);
      // A copy comes after its first.
      const decided = [...new Set(ofEntity.map((record) => resultOf(record).event.id))];
      const sent = raw.records
        .filter((record) => String(headerOf(record.headers, 'ce_id')).startsWith(`${entity}-`))
        .filter(({ value }) => String(value) !== '{')
        .toSorted(byPlace)
        .map((record) => String(headerOf(record.headers, 'ce_id')));
      expect(decided).toEqual([...new Set(sent)]);
      expect(decided).toHaveLength(EVENTS_OF_EACH - EVENTS_OF_EACH / POISON_EVERY);
    }
    expect(partitions.size).toBeGreaterThan(2);
  });

  it('were moved to the partition of their entity, and say where they came from', () => {
    const moved = results().filter(({ partition, headers }) => {
      const origin = parseOrigin(String(headerOf(headers, 'pitwall-origin')));
      expect(origin.topic).toBe(eventsTopic.name(platform.pipeline.name));
      return origin.partition !== partition;
    });
    expect(moved.length).toBeGreaterThan(0);
  });
});
