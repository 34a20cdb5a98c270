/**
 * Sets a group that has no members back to the start of a topic: `{ brokers, groupId, topic, partitions }` as JSON on standard
 * input. A process of its own, because only one kafkajs may be in a process.
 */
import { text } from 'node:stream/consumers';
import kafkajs from 'kafkajs';

const { brokers, groupId, topic, partitions } = JSON.parse(await text(process.stdin));
const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
await admin.connect();
await admin.setOffsets({
  groupId,
  topic,
  partitions: Array.from({ length: partitions }, (_, partition) => ({ partition, offset: '0' })),
});
await admin.disconnect();
