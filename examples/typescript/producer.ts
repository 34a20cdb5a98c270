// Publishes one flight: node examples/typescript/producer.ts [event id]
// KAFKA_BROKERS (127.0.0.1:19092) and PIPELINE (flight-delay) say where.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel, Partitioners } from 'kafkajs';

const brokers = (process.env['KAFKA_BROKERS'] ?? '127.0.0.1:19092').split(',');
const pipeline = process.env['PIPELINE'] ?? 'flight-delay';
const flight = JSON.parse(readFileSync(join(import.meta.dirname, '../flight.json'), 'utf8')) as Record<string, unknown>;
const id = process.argv[2] ?? String(flight['flight_id']);

const kafka = new Kafka({ brokers, logLevel: logLevel.ERROR });
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
await producer.connect();
await producer.send({
  topic: `${pipeline}.events.v1`,
  acks: -1,
  messages: [
    {
      // The key is the entity: events of one aircraft keep their order.
      key: String(flight['tailnum']),
      value: JSON.stringify({ ...flight, flight_id: id }),
      // CloudEvents 1.0 in binary mode. The id makes a repeated send harmless: it is a duplicate.
      headers: {
        ce_specversion: '1.0',
        ce_id: id,
        ce_source: `/${pipeline}`,
        ce_type: 'flight.departure-scheduled',
        ce_time: String(flight['event_time']),
        'content-type': 'application/json',
      },
    },
  ],
});
await producer.disconnect();
console.log(`published ${id}`);
