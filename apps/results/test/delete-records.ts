import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOM = fileURLToPath(new URL('..', import.meta.url));

/** A client of its own: in the process of the test kafkajs is the one that messaging has changed. */
const SCRIPT = `
  const { Kafka, logLevel } = require('kafkajs');
  const [brokers, topic] = process.argv.slice(1);
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
  admin.connect()
    .then(() => admin.fetchTopicOffsets(topic))
    .then((partitions) => admin.deleteTopicRecords({ topic, partitions: partitions.map(({ partition, high }) => ({ partition, offset: high })) }))
    .then(() => admin.disconnect());
`;

/** Deletes all records of a topic, as retention does. */
export async function deleteRecords(brokers: readonly string[], topic: string): Promise<void> {
  await promisify(execFile)(process.execPath, ['-e', SCRIPT, brokers.join(','), topic], { cwd: ROOM });
}
