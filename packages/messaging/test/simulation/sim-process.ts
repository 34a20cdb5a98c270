import { eventsTopic, PitwallError } from '@pitwall/contracts';
import {
  type Assignment,
  BatchTransport,
  type ConsumeOptions,
  dead,
  done,
  failing,
  type MessageBatch,
  type MessagingClient,
  type Outcome,
  type Publisher,
  type RecordBatch,
} from '../../src/index.js';
import type { Fate } from './plan.js';
import type { SimWorld } from './sim-world.js';

/** One process of a service that decides and keeps, as results does. Whatever takes time is a turn that others may overtake. */
export class SimProcess {
  private readonly life = new AbortController();
  private readonly transport: BatchTransport;
  private readonly assignments = new WeakMap<Assignment, Assignment>();

  constructor(
    private readonly world: SimWorld,
    private readonly name: string,
  ) {
    this.transport = new BatchTransport({
      client: this.slowed(world.broker.client({ killed: this.life.signal })),
      service: 'results',
      version: '1',
      stage: 'results',
      pipelines: [{ name: 'p' }],
      onState: () => undefined,
      now: () => new Date(Date.UTC(2024, 0, 1) + world.timers.now()),
      timers: world.timers,
    });
    const handler = (batch: MessageBatch): Promise<readonly Outcome[]> => this.handle(batch);
    const extras = { topic: eventsTopic, concurrency: 2, storesProgress: true };
    this.transport.addHandler(eventsTopic.kind, handler, false, extras);
  }

  get isAlive(): boolean {
    return !this.life.signal.aborted;
  }

  start(): void {
    void this.transport.listen(() => undefined);
  }

  /** As by kill -9. */
  kill(): void {
    this.life.abort();
  }

  /** As by SIGTERM. */
  async stop(): Promise<void> {
    await this.transport.close();
    this.life.abort();
  }

  private async handle({ batch, messages }: MessageBatch): Promise<readonly Outcome[]> {
    const { world } = this;
    await this.turn('handle');
    world.database.refuseIfDown();
    const fates = messages.map(({ record }) => world.fateOf(record));
    if (fates.some(({ kind }) => kind === 'deadly')) {
      this.kill();
      await silence();
    }
    messages.forEach(({ record }, at) => {
      if (fates[at]?.kind === 'throws' && world.failsOnce(record)) throw new TypeError('unknown');
    });
    const said = messages.map(({ record }, at) => this.judge(fates[at], () => world.failsOnce(record)));
    await this.turn('transaction');
    const decided = messages.flatMap(({ record }, at) => (said[at] === null ? [record] : []));
    const settled = world.database.transact({
      partition: batch.partition,
      assignment: batch.assignment,
      nextOffset: batch.nextOffset,
      decisions: decided.map((record) => ({ id: world.idOf(record), offset: record.offset })),
    });
    await this.turn('transaction committed');
    const next = settled.values();
    return messages.map(({ record }, at) => {
      const outcome = said[at];
      if (outcome !== null && outcome !== undefined) return outcome;
      const one = next.next().value;
      return one?.kind === 'publish' ? done(world.resultOf(record, one.bytes)) : done();
    });
  }

  /** Null where the record is to be decided. */
  private judge(fate: Fate | undefined, failsOnce: () => boolean): Outcome | null {
    if (this.world.isPolicyBroken) return failing({ reason: 'policy_failed', message: 'It fails for all.' });
    if (fate?.kind === 'poison') return dead({ reason: 'not_json', message: 'No JSON.' });
    if (fate?.kind === 'fails' && failsOnce()) return failing({ reason: 'policy_failed', message: 'It fails.' });
    return null;
  }

  /** Something takes time here; a process that was killed meanwhile does not come back from it. */
  private async turn(what: string): Promise<void> {
    await this.world.turn(`${this.name}: ${what}`);
    if (!this.isAlive) await silence();
  }

  private slowed(client: MessagingClient): MessagingClient {
    return {
      ...client,
      publisher: async () => this.slowedPublisher(await client.publisher()),
      consume: (options: ConsumeOptions) =>
        client.consume({
          ...options,
          onBatch: (batch, heartbeat) => options.onBatch(this.slowedBatch(batch), heartbeat),
        }),
    };
  }

  private slowedPublisher(publisher: Publisher): Publisher {
    const { world } = this;
    return {
      close: () => publisher.close(),
      send: async (records, options) => {
        await this.turn('send');
        if (world.isBrokerDown) throw sendFailed();
        await publisher.send(records, options);
        const isAcknowledged = world.acknowledges();
        await this.turn('acknowledgement');
        if (!isAcknowledged) throw sendFailed();
      },
    };
  }

  private slowedBatch(batch: RecordBatch): RecordBatch {
    const known = this.assignments.get(batch.assignment) ?? this.slowedAssignment(batch);
    this.assignments.set(batch.assignment, known);
    return { ...batch, assignment: known };
  }

  private slowedAssignment({ assignment, partition }: RecordBatch): Assignment {
    const { world } = this;
    return {
      ...assignment,
      commit: async (offset, metadata) => {
        await this.turn('commit');
        if (world.isBrokerDown) throw new Error('the coordinator does not answer');
        if (this.isAlive && assignment.isHeld()) world.checkCommit(partition, offset);
        await assignment.commit(offset, metadata);
      },
    };
  }
}

function sendFailed(): PitwallError {
  return new PitwallError('not acknowledged', { code: 'send_failed', retriable: true });
}

function silence(): Promise<never> {
  return new Promise(() => undefined);
}
