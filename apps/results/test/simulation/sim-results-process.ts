import { deadLettersTopic, predictionsTopic } from '@pitwall/contracts';
import { BatchTransport, done, type InMemoryBroker, type MessageBatch, type Outcome } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { simClient, SimLife, type SimLoop, type SimNetwork } from '@pitwall/simulation';
import type { Logger } from '@pitwall/telemetry';
import { DecisionsConsumer } from '../../src/decisions/decisions.consumer.js';
import type { DecisionsService } from '../../src/decisions/decisions.service.js';
import { RedriveRunner } from '../../src/redrives/redrive-runner.service.js';
import type { SimRedrives, Transact } from './sim-redrives.js';
import type { SimResultsDatabase } from './sim-results-database.js';

/** What a process finds around it. */
export interface Surroundings {
  readonly loop: SimLoop;
  readonly network: SimNetwork;
  readonly broker: InMemoryBroker;
  readonly database: SimResultsDatabase;
  readonly redrives: SimRedrives;
  readonly definition: PipelineDefinition;
  /** Milliseconds since the epoch. */
  now(): number;
}

const LEASE_MS = 10_000;
const nothing = (): void => undefined;
const SILENT = { info: nothing, warn: nothing, debug: nothing, error: nothing } as unknown as Logger;

/** One process of results: decides, keeps dead letters and carries the redrive out, with the classes of the service itself. */
export class SimResultsProcess {
  private readonly life: SimLife;
  private readonly transport: BatchTransport;
  private readonly runner: RedriveRunner;

  constructor(
    private readonly world: Surroundings,
    name: string,
  ) {
    const { loop, network, broker, redrives, definition } = world;
    this.life = new SimLife(loop, name);
    const { killed, expelled } = this.life;
    const client = simClient(broker.client({ killed, expelled }), { life: this.life, network });
    const clock = { now: () => world.now(), monotonic: () => loop.timers.now() };
    this.transport = new BatchTransport({
      client,
      service: 'results',
      version: '1',
      stage: 'results',
      pipelines: [{ name: definition.name }],
      onState: nothing,
      now: () => new Date(world.now()),
      timers: loop.timers,
    });
    const consumer = new DecisionsConsumer(this.decisions(), [definition], clock);
    this.transport.addHandler(predictionsTopic.kind, (batch: MessageBatch) => consumer.decide(batch), false, {
      topic: predictionsTopic,
      concurrency: 2,
      storesProgress: true,
    });
    this.transport.addHandler(deadLettersTopic.kind, (batch: MessageBatch) => this.keep(batch), false, {
      topic: deadLettersTopic,
      concurrency: 2,
      storesProgress: true,
    });
    const transact: Transact = (what, work) => this.transact(what, work);
    // Nest injects by parameter.
    const [leases, chunks] = [redrives.leases(transact), redrives.chunks(transact)];
    this.runner = new RedriveRunner(leases, chunks, client, clock, SILENT, [definition], {
      REDRIVE_LEASE_MS: LEASE_MS,
    });
  }

  get isAlive(): boolean {
    return this.life.isAlive;
  }

  /** It does its work: it is neither dead nor out of its groups. */
  get isServing(): boolean {
    return this.isAlive && !this.life.expelled.aborted;
  }

  start(): void {
    void this.transport.listen(nothing);
    this.runner.onApplicationBootstrap();
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
    await this.runner.onApplicationShutdown();
    this.life.kill();
  }

  private decisions(): DecisionsService {
    const { database } = this.world;
    const service: Pick<DecisionsService, 'settle' | 'joinLabels'> = {
      settle: (batch, decisions) => this.transact('transaction', () => database.settle(batch, decisions)),
      joinLabels: () => Promise.resolve(new Map()),
    };
    return service as DecisionsService;
  }

  private async keep({ messages }: MessageBatch): Promise<readonly Outcome[]> {
    await this.transact('keeping of dead letters', () => {
      for (const { record } of messages) this.world.database.keep(record);
    });
    return messages.map(() => done());
  }

  /** It may be killed before the transaction, and between its commit and whoever waits for it. */
  private async transact<Result>(what: string, work: () => Result): Promise<Result> {
    await this.life.turn(what);
    this.world.database.refuseIfDown();
    const result = work();
    await this.life.turn(`${what} committed`);
    return result;
  }
}
