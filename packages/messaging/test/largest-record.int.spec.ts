import 'reflect-metadata';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  COMPRESSION_TYPE,
  type DeadLetter,
  deadLetterSchema,
  deadLettersTopic,
  HEADER,
  predictionsTopic,
  type TopicSpec,
} from '@pitwall/contracts';
import { eventually, stackForTests, uniquePipelineName } from '@pitwall/testing';
import {
  BatchHandler,
  BatchTransport,
  dead,
  headerOf,
  type InboundRecord,
  type MessageBatch,
  type MessagingClient,
  type Outcome,
  type OutboundRecord,
  type SubscriptionState,
} from '../src/index.js';
import { clientFor } from './kafka-for-tests.js';

const VIOLATIONS = Array.from({ length: 50 }, (_, at) => ({
  pointer: `/features/${at}`,
  rule: 'type',
  message: 'm'.repeat(500),
  got: 'g'.repeat(200),
}));
const TINY = 10;

@Controller()
class RefusingConsumer {
  @BatchHandler(predictionsTopic)
  refuse({ messages }: MessageBatch): Promise<readonly Outcome[]> {
    const outcome = dead({ reason: 'contract_violation', message: 'No such prediction.', violations: VIOLATIONS });
    return Promise.resolve(messages.map(() => outcome));
  }
}

@Module({ controllers: [RefusingConsumer] })
class AppModule {}

describe('a record that fills its topic', () => {
  const pipeline = uniquePipelineName();
  const states: SubscriptionState[] = [];
  let client: MessagingClient;
  let app: INestMicroservice;

  const create = async (...specs: readonly TopicSpec[]): Promise<void> => {
    const admin = await client.admin();
    const topics = specs.map((spec) => ({
      name: spec.name(pipeline),
      partitions: 1,
      config: { 'max.message.bytes': String(spec.maxMessageBytes), 'compression.type': COMPRESSION_TYPE },
    }));
    await admin.create(topics, 1);
    await admin.close();
  };

  /** A record of the whole topic's limit, to the byte: one more is refused. */
  const largest = async (send: (record: OutboundRecord) => Promise<void>): Promise<OutboundRecord> => {
    const record = (bytes: number): OutboundRecord => ({
      topic: predictionsTopic.name(pipeline),
      partition: 0,
      key: Buffer.from('N14228'),
      value: Buffer.alloc(bytes, 'x'),
      headers: [],
    });
    let bytes = predictionsTopic.maxMessageBytes;
    for (;;) {
      try {
        await send(record(bytes));
        return record(bytes);
      } catch (error) {
        expect(String(error)).toMatch(/larger|large/i);
        bytes -= 1;
      }
    }
  };

  beforeAll(async () => {
    client = clientFor((await stackForTests()).kafkaBrokers);
    await create(predictionsTopic, deadLettersTopic);
    app = await NestFactory.createMicroservice(AppModule, {
      logger: false,
      strategy: new BatchTransport({
        client,
        service: 'results',
        version: '1.0.0',
        stage: 'results',
        pipelines: [{ name: pipeline }],
        onState: (_, state) => states.push(state),
      }),
    });
    await app.listen();
  });

  afterAll(() => app.close());

  it('is buried with all that is to be said of it, and the records after it go on', async () => {
    const publisher = await client.publisher();
    const record = await largest((one) => publisher.send([one]));
    expect(record.value?.length).toBeGreaterThan(predictionsTopic.maxMessageBytes - 200);
    await publisher.send([{ ...record, value: Buffer.alloc(TINY) }]);
    await publisher.close();
    const buried: InboundRecord[] = [];
    const subscription = await client.consume({
      groupId: `test.${pipeline}`,
      topics: [deadLettersTopic.name(pipeline)],
      concurrency: 1,
      onState: () => undefined,
      onBatch: ({ records }) => Promise.resolve(void buried.push(...records)),
    });
    await eventually(() => buried.length >= 2, { what: 'both dead letters', timeoutMs: 60_000 });
    await subscription.stop();
    expect(buried.map(({ value }) => value?.length)).toEqual([record.value?.length, TINY]);
    const letters = buried.map(({ headers }): DeadLetter =>
      deadLetterSchema.parse(JSON.parse(String(headerOf(headers, HEADER.deadLetter)))),
    );
    expect(letters.map(({ violations }) => violations.length)).toEqual([50, 50]);
    expect(states.filter(({ phase }) => phase === 'retrying')).toEqual([]);
  });
});
