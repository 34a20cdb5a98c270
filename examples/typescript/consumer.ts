// Prints decisions as they are made: node examples/typescript/consumer.ts [how many]
// KAFKA_BROKERS (127.0.0.1:19092), PIPELINE (flight-delay) and GROUP_ID say where.
import { Kafka, logLevel } from 'kafkajs';

interface Result {
  readonly resultId: string;
  readonly event: { readonly id: string };
  readonly decision: string;
  readonly score: number | null;
}

const brokers = (process.env['KAFKA_BROKERS'] ?? '127.0.0.1:19092').split(',');
const pipeline = process.env['PIPELINE'] ?? 'flight-delay';
const wanted = Number(process.argv[2] ?? Infinity);

// Delivery is at least once: a copy has the same result id and the same bytes. Keep the ids where you act on them,
// best in the same transaction as the action; here they are kept in memory.
const seen = new Set<string>();

const consumer = new Kafka({ brokers, logLevel: logLevel.ERROR }).consumer({
  groupId: process.env['GROUP_ID'] ?? 'example-typescript',
});
await consumer.connect();
await consumer.subscribe({ topics: [`${pipeline}.results.v1`], fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    const result = JSON.parse(String(message.value)) as Result;
    if (seen.size >= wanted || seen.has(result.resultId)) return;
    seen.add(result.resultId);
    console.log(`${result.event.id} ${result.decision} ${result.score ?? 'fallback'}`);
    // Not awaited: the consumer leaves after this message.
    if (seen.size >= wanted) void consumer.disconnect();
  },
});
