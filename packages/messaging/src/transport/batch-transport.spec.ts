import {
  type CanActivate,
  Controller,
  type INestMicroservice,
  Module,
  type NestInterceptor,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { deadLetterSchema, eventsTopic, featuresTopic, HEADER, LIMITS, PitwallError } from '@pitwall/contracts';
import { eventually } from '@pitwall/testing';
import { tap } from 'rxjs';
import type { MessageBatch, Outcome } from '../batch-handler.js';
import { textHeader } from '../headers.js';
import { InMemoryBroker } from '../memory/in-memory-broker.js';
import { dead, done } from '../outcomes.js';
import type { OutboundRecord, SubscriptionState } from '../port.js';
import { BatchHandler } from './batch-handler-decorator.js';
import { BatchTransport, type BatchTransportOptions } from './batch-transport.js';

const EVENTS = 'p.events.v1';
const FEATURES = 'p.features.v1';
const DEAD_LETTERS = 'p.dead-letters.v1';
const GROUP = 'pitwall.ingestion.events.p';

type Handle = (batch: MessageBatch) => Promise<readonly Outcome[]>;

let handle: Handle = async ({ messages }) => messages.map(() => done());
const calls: string[] = [];

class Guard implements CanActivate {
  canActivate(): boolean {
    calls.push('guard');
    return true;
  }
}

const interceptor: NestInterceptor = {
  intercept: (_, next) => next.handle().pipe(tap(() => void calls.push('interceptor'))),
};

@Controller()
class EventsConsumer {
  @UseGuards(new Guard())
  @UseInterceptors(interceptor)
  @BatchHandler(eventsTopic)
  clean(batch: MessageBatch): Promise<readonly Outcome[]> {
    return handle(batch);
  }
}

@Module({ controllers: [EventsConsumer] })
class AppModule {}

function anEvent(value: string, parts: Partial<OutboundRecord> = {}): OutboundRecord {
  return { topic: EVENTS, partition: 1, key: Buffer.from('N1'), value: Buffer.from(value), headers: [], ...parts };
}

function aFeature(value: string, parts: Partial<OutboundRecord> = {}): OutboundRecord {
  return anEvent(value, { topic: FEATURES, ...parts });
}

describe('BatchTransport', () => {
  let broker: InMemoryBroker;
  let app: INestMicroservice;
  let states: SubscriptionState[];

  const start = async (options: Partial<BatchTransportOptions> = {}): Promise<void> => {
    const strategy = new BatchTransport({
      client: broker.client(),
      service: 'ingestion',
      version: '1.0.0',
      stage: 'ingestion',
      pipelines: [{ name: 'p' }],
      onState: (groupId, state) => {
        expect(groupId).toBe(GROUP);
        states.push(state);
      },
      now: () => new Date('2024-02-01T00:00:00Z'),
      ...options,
    });
    app = await NestFactory.createMicroservice(AppModule, { strategy, logger: false });
    await app.listen();
  };

  const publish = async (...records: readonly OutboundRecord[]): Promise<void> => {
    const publisher = await broker.client().publisher();
    await publisher.send(records);
  };

  const committed = async (): Promise<number | undefined> => {
    const admin = await broker.client().admin();
    return (await admin.committedOffsets(GROUP, EVENTS)).get(1);
  };

  const valuesOf = (topic: string): string[] => broker.records(topic).map(({ value }) => value?.toString() ?? '<null>');

  beforeEach(() => {
    broker = new InMemoryBroker();
    for (const topic of [EVENTS, FEATURES, DEAD_LETTERS]) broker.createTopic(topic, 2);
    states = [];
    calls.length = 0;
  });

  afterEach(() => app.close());

  it('sends what the handler answers, in order, and then commits', async () => {
    handle = async ({ messages, pipeline }) =>
      messages.map(({ record }) => {
        const value = record.value?.toString() ?? '';
        return done(aFeature(`${pipeline}:${value}`), aFeature(`${value} again`));
      });
    await publish(anEvent('a'), anEvent('b'));
    await start();
    await eventually(async () => (await committed()) === 2, { what: 'the commit' });
    expect(valuesOf(FEATURES)).toEqual(['p:a', 'a again', 'p:b', 'b again']);
    expect(states.at(-1)).toEqual({ phase: 'running', reason: null });
  });

  it('runs guards and interceptors, once per batch', async () => {
    handle = async ({ messages }) => messages.map(() => done());
    await publish(anEvent('a'), anEvent('b'));
    await start();
    await eventually(async () => (await committed()) === 2, { what: 'the commit' });
    expect(calls).toEqual(['guard', 'interceptor']);
  });

  it('sends dead records to the dead letters, untouched, and lets the batch go on', async () => {
    const headers = [{ name: 'x', value: null }, textHeader(HEADER.traceparent, 'broken')];
    handle = async ({ messages }) =>
      messages.map(({ record }) =>
        record.value?.toString() === 'bad' ? dead({ reason: 'not_json', message: 'Got bad.' }) : done(aFeature('good')),
      );
    await publish(anEvent('bad', { headers }), anEvent('good'));
    await start();
    await eventually(async () => (await committed()) === 2, { what: 'the commit' });
    expect(valuesOf(FEATURES)).toEqual(['good']);
    const [letter] = broker.records(DEAD_LETTERS);
    expect(letter).toMatchObject({ partition: 1, key: Buffer.from('N1'), value: Buffer.from('bad') });
    expect(letter?.headers.slice(0, 2)).toEqual(headers);
    const said = deadLetterSchema.parse(JSON.parse(letter?.headers[2]?.value?.toString() ?? ''));
    expect(said).toMatchObject({ reason: 'not_json', service: 'ingestion@1.0.0', deadAt: '2024-02-01T00:00:00.000Z' });
    expect(said.traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('makes a dead letter of an output that no topic would take', async () => {
    handle = async ({ messages }) =>
      messages.map(() => done(aFeature('', { value: Buffer.alloc(LIMITS.maxDerivedBytes) }), aFeature('small')));
    await publish(anEvent('a'));
    await start();
    await eventually(async () => (await committed()) === 1, { what: 'the commit' });
    expect(valuesOf(FEATURES)).toEqual([]);
    const header = broker.records(DEAD_LETTERS)[0]?.headers.at(-1);
    expect(header?.value?.toString()).toContain('derived_too_large');
  });

  it.each<[string, BatchTransportOptions['stage'], Handle, RegExp]>([
    [
      'the wrong number of outcomes',
      'ingestion',
      async () => [done(), done(), done()],
      /Got 3 outcomes for 2 messages/,
    ],
    ['nothing at all', 'ingestion', async () => undefined as unknown as Outcome[], /Got undefined for 2 messages/],
    [
      'a dead letter where there may be none',
      null,
      async ({ messages }) => messages.map(() => dead({ reason: 'not_json', message: 'no' })),
      /may not give up on records/,
    ],
    [
      'an error',
      'ingestion',
      async () => {
        throw new PitwallError('The database is gone.', { code: 'database_gone' });
      },
      /The database is gone/,
    ],
  ])('keeps the batch and says why when the handler answers with %s', async (_, stage, answer, reason) => {
    let tries = 0;
    handle = async (batch) => {
      tries += 1;
      return tries < 3 ? answer(batch) : batch.messages.map(() => done(aFeature('made it')));
    };
    await publish(anEvent('a'), anEvent('b'));
    await start({ stage });
    await eventually(() => states.some(({ phase }) => phase === 'retrying'), { what: 'the failure' });
    expect(states.find(({ phase }) => phase === 'retrying')?.reason).toMatch(reason);
    expect((await committed()) ?? 0).toBe(0);
    await eventually(async () => (await committed()) === 2, { what: 'the commit' });
    expect(valuesOf(FEATURES)).toEqual(['made it', 'made it']);
    expect(valuesOf(DEAD_LETTERS)).toEqual([]);
    expect(states.at(-1)).toEqual({ phase: 'running', reason: null });
  });

  it('passes a stale claim on, so that the group is joined anew', async () => {
    const assignments: number[] = [];
    handle = async ({ batch, messages }) => {
      assignments.push(batch.assignment.id);
      if (assignments.length === 1) throw new PitwallError('stale', { code: 'stale_claim', retriable: true });
      return messages.map(() => done());
    };
    await publish(anEvent('a'));
    await start();
    await eventually(async () => (await committed()) === 1, { what: 'the commit' });
    expect(assignments[1]).toBeGreaterThan(assignments[0] ?? Number.POSITIVE_INFINITY);
  });

  it('finishes the batch in hand and commits it when it is closed', async () => {
    let release: () => void = () => undefined;
    let isEntered = false;
    handle = async ({ messages }) => {
      isEntered = true;
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return messages.map(() => done(aFeature('late')));
    };
    await publish(anEvent('a'));
    await start();
    await eventually(() => isEntered, { what: 'the handler' });
    const closed = app.close();
    release();
    await closed;
    expect(valuesOf(FEATURES)).toEqual(['late']);
    expect(await committed()).toBe(1);
    expect(states.at(-1)).toEqual({ phase: 'stopped', reason: null });
  });

  it('takes a redriven event for what it was, and no claim that reaches beyond the topic', async () => {
    const origin = `${EVENTS} 0 7 1 ${'a'.repeat(64)}`;
    const headers = (claimed: string, attempt: string) => [
      textHeader(HEADER.origin, claimed),
      textHeader(HEADER.redriveAttempt, attempt),
    ];
    const seen: unknown[] = [];
    handle = async ({ messages }) =>
      messages.map((message) => {
        seen.push([message.origin.partition, message.origin.offset, message.redriveAttempt]);
        return dead({ reason: 'not_json', message: 'Got text.' });
      });
    await publish(
      anEvent('redriven', { headers: headers(origin, '2') }),
      anEvent('of another topic', { headers: headers(origin.replace('p.', 'q.'), '2') }),
      anEvent('no attempt', { headers: headers(origin, '0') }),
      anEvent('no origin', { headers: headers('broken', '2') }),
    );
    await start();
    await eventually(async () => (await committed()) === 4, { what: 'the commit' });
    expect(seen).toEqual([
      [0, 7, 2],
      [1, 1, 0],
      [1, 2, 0],
      [1, 3, 0],
    ]);
    const [letter] = broker.records(DEAD_LETTERS);
    expect(deadLetterSchema.parse(JSON.parse(String(letter?.headers.at(-1)?.value)))).toMatchObject({
      origin: { partition: 0, offset: 7 },
      record: { partition: 1, offset: 0 },
      redriveAttempt: 2,
    });
  });

  it('takes an event for its own origin whatever its headers say, and a derived record by its header', async () => {
    const claimed = `x.events.v1 0 5 6 ${'a'.repeat(64)}`;
    const origins: unknown[] = [];
    handle = async ({ messages }) => messages.map(({ origin }) => (origins.push(origin), done()));
    await publish(anEvent('a', { headers: [textHeader(HEADER.origin, claimed)] }));
    await start();
    await eventually(() => origins.length === 1, { what: 'the batch' });
    expect(origins[0]).toMatchObject({ topic: EVENTS, partition: 1, offset: 0 });
  });

  it('refuses two handlers for one topic', () => {
    const transport = new BatchTransport({
      client: broker.client(),
      service: 's',
      version: '1',
      stage: null,
      pipelines: [],
      onState: () => undefined,
    });
    const handler = async () => [];
    transport.addHandler(featuresTopic.kind, handler);
    expect(() => transport.addHandler(featuresTopic.kind, handler)).toThrow(
      /two batch handlers for the topic features/,
    );
  });
});
