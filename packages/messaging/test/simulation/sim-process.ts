import { eventsTopic } from '@pitwall/contracts';
import { silence, simClient, SimLife, type SimLoop, type SimNetwork } from '@pitwall/simulation';
import {
  BatchTransport,
  dead,
  done,
  failing,
  type InboundRecord,
  type InMemoryBroker,
  type MessageBatch,
  type OutboundRecord,
  type Outcome,
} from '../../src/index.js';
import type { Fate } from './plan.js';
import type { SimDatabase } from './sim-database.js';

/** What a process finds around it. */
export interface Surroundings {
  readonly loop: SimLoop;
  readonly network: SimNetwork;
  readonly broker: InMemoryBroker;
  readonly database: SimDatabase;
  readonly isPolicyBroken: boolean;
  fateOf(record: InboundRecord): Fate;
  /** True as often as the record is to fail. */
  failsOnce(record: InboundRecord): boolean;
  idOf(record: InboundRecord): string;
  resultOf(record: InboundRecord, bytes: string): OutboundRecord;
  /** Called right before an offset is committed. */
  checkCommit(partition: number, offset: number): void;
}

/** One process of a service that decides and keeps, as results does. Whatever takes time is a turn that others may overtake. */
export class SimProcess {
  private readonly life: SimLife;
  private readonly transport: BatchTransport;

  constructor(
    private readonly world: Surroundings,
    name: string,
  ) {
    const { loop, network, broker } = world;
    this.life = new SimLife(loop, name);
    const { killed, expelled } = this.life;
    this.transport = new BatchTransport({
      client: simClient(broker.client({ killed, expelled }), {
        life: this.life,
        network,
        onCommit: (partition, offset) => {
          if (this.isAlive) world.checkCommit(partition, offset);
        },
      }),
      service: 'results',
      version: '1',
      stage: 'results',
      pipelines: [{ name: 'p' }],
      onState: () => undefined,
      now: () => new Date(Date.UTC(2024, 0, 1) + loop.timers.now()),
      timers: loop.timers,
    });
    const handler = (batch: MessageBatch): Promise<readonly Outcome[]> => this.handle(batch);
    const extras = { topic: eventsTopic, concurrency: 2, storesProgress: true };
    this.transport.addHandler(eventsTopic.kind, handler, false, extras);
  }

  get isAlive(): boolean {
    return this.life.isAlive;
  }

  /** It does its work: it is neither dead nor out of its group. */
  get isServing(): boolean {
    return this.isAlive && !this.life.expelled.aborted;
  }

  start(): void {
    void this.transport.listen(() => undefined);
  }

  kill(): void {
    this.life.kill();
  }

  freeze(): void {
    this.life.freeze();
  }

  thaw(): void {
    this.life.thaw();
  }

  /** As by SIGTERM. */
  async stop(): Promise<void> {
    await this.transport.close();
    this.life.kill();
  }

  private async handle({ batch, messages }: MessageBatch): Promise<readonly Outcome[]> {
    const { world, life } = this;
    await life.turn('handle');
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
    await life.turn('transaction');
    const decided = messages.flatMap(({ record }, at) => (said[at] === null ? [record] : []));
    const settled = world.database.transact({
      partition: batch.partition,
      assignment: batch.assignment,
      nextOffset: batch.nextOffset,
      decisions: decided.map((record) => ({ id: world.idOf(record), offset: record.offset })),
    });
    await life.turn('transaction committed');
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
}
