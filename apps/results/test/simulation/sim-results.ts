import {
  contentDigest,
  deadLettersTopic,
  formatOrigin,
  HEADER,
  type Origin,
  predictionsTopic,
  type ResultId,
  resultIdOf,
  resultsTopic,
  type TopicSpec,
} from '@pitwall/contracts';
import { InMemoryBroker, type OutboundRecord, textHeader } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { heal, SimLoop, SimNetwork, strike } from '@pitwall/simulation';
import type fc from 'fast-check';
import { aPrediction, POLICY } from '../a-prediction.js';
import { checkLaws, copiesOf } from './laws.js';
import type { Fate, Plan, PlannedPrediction } from './plan.js';
import { type RedriveFaults, SimRedrives } from './sim-redrives.js';
import { type DatabaseFaults, placeOf, SimResultsDatabase } from './sim-results-database.js';
import { SimResultsProcess, type Surroundings } from './sim-results-process.js';
import { withTimeoutsOf } from './sim-timeouts.js';

const PIPELINE = 'flights';
const PREDICTIONS = predictionsTopic.name(PIPELINE);
const RESULTS = resultsTopic.name(PIPELINE);
const DEAD_LETTERS = deadLettersTopic.name(PIPELINE);
const STARTED_AT = Date.UTC(2026, 10, 23);

/** More than any run takes, but for one that never ends. */
const MAX_STEPS = 40_000;

/** What goes wrong on purpose. */
export type Sabotage = RedriveFaults & DatabaseFaults;

/** Results with a database and a broker: predictions of which some die, a definition that is mended, and a redrive under fire. */
export class SimResults implements Surroundings {
  readonly loop: SimLoop;
  readonly network = new SimNetwork();
  readonly broker: InMemoryBroker;
  readonly database: SimResultsDatabase;
  readonly redrives: SimRedrives;
  /** Without the fallback decision that some predictions need. */
  readonly definition: { -readonly [Field in keyof PipelineDefinition]: PipelineDefinition[Field] };
  readonly processes: SimResultsProcess[] = [];
  /** Of the raw records. */
  readonly fates = new Map<string, Fate>();
  /** Of those that can be decided, once the definition is right. */
  readonly identities = new Set<ResultId>();
  private broken: string | null = null;

  constructor(
    readonly plan: Plan,
    scheduler: fc.Scheduler,
    sabotage: Sabotage = {},
  ) {
    this.loop = new SimLoop(scheduler);
    this.broker = new InMemoryBroker({ timers: this.loop.timers });
    for (const topic of [PREDICTIONS, RESULTS, DEAD_LETTERS]) this.broker.createTopic(topic, 1);
    this.database = new SimResultsDatabase(sabotage);
    this.definition = { name: PIPELINE, decision: { ...POLICY, fallback: null } } as PipelineDefinition;
    this.redrives = new SimRedrives(
      plan.ratePerSecond,
      {
        now: () => this.loop.timers.now(),
        sourceOf: (deadLetterId) => this.database.sourceOf(deadLetterId),
        isSent: (deadLetterId) => copiesOf(this, deadLetterId).length > 0,
        broken: (law) => (this.broken ??= law),
      },
      sabotage,
    );
  }

  /** Lets predictions die, mends the definition, and redrives them while everything fails; then checks what must hold. */
  run(): Promise<void> {
    return withTimeoutsOf(this.loop.timers, () => this.play());
  }

  now(): number {
    return STARTED_AT + this.loop.timers.now();
  }

  private async play(): Promise<void> {
    this.start();
    await this.publish();
    await this.becomes('all predictions are read', () => this.isAllRead());
    this.definition.decision = POLICY;
    this.redrives.begin(this.openLetters());
    for (const { afterSteps, fault } of this.plan.faults) {
      await this.pass(afterSteps);
      strike(fault, this);
    }
    this.heal();
    await this.becomes('the redrive is over', async () => this.broken !== null || this.redrives.state === 'done');
    await this.becomes('all that was redriven is read', async () => this.broken !== null || (await this.isAllRead()));
    if (this.broken !== null) throw new Error(this.broken);
    checkLaws(this);
    await this.end();
  }

  private async publish(): Promise<void> {
    const publisher = await this.broker.client().publisher();
    await publisher.send(this.plan.predictions.map((one, at) => this.recordOf(one, at)));
  }

  private recordOf({ fate, repeats }: PlannedPrediction, at: number): OutboundRecord {
    const id = repeats === null || at - 1 - repeats < 0 ? `E-${at}` : `E-${at - 1 - repeats}`;
    const message = aPrediction(fate === 'mistaken' ? { id, scores: [], fallback: 'no healthy model' } : { id });
    const value = Buffer.from(fate === 'hopeless' ? '{' : JSON.stringify(message));
    const origin: Origin = {
      topic: `${PIPELINE}.events.v1`,
      partition: 0,
      offset: at,
      appendedAt: STARTED_AT + at,
      digest: contentDigest(null, value),
    };
    this.fates.set(placeOf(origin), fate);
    if (fate !== 'hopeless') this.identities.add(resultIdOf(PIPELINE, message));
    const headers = [textHeader(HEADER.origin, formatOrigin(origin))];
    return { topic: PREDICTIONS, partition: 0, key: Buffer.from(message.entity), value, headers };
  }

  /** As somebody would select them: all that are open. */
  private openLetters(): string[] {
    return [...this.database.letters].filter(([, kept]) => this.database.closedBy(kept) === null).map(([id]) => id);
  }

  private heal(): void {
    heal(this);
  }

  /** One process more. */
  start(): void {
    const process = new SimResultsProcess(this, `process ${this.processes.length + 1}`);
    this.processes.push(process);
    process.start();
  }

  private async pass(steps: number): Promise<void> {
    for (let step = 0; step < steps; step += 1) {
      if (this.processes.every((process) => !process.isServing)) this.start();
      await this.loop.step();
    }
  }

  private async becomes(what: string, isSo: () => Promise<boolean>): Promise<void> {
    for (let steps = 0; !(await isSo()); steps += 10) {
      if (steps > MAX_STEPS) throw new Error(`it never becomes true that ${what}`);
      await this.pass(10);
    }
  }

  /** Offsets are committed last of all. */
  private async isAllRead(): Promise<boolean> {
    const admin = await this.broker.client().admin();
    const isRead = async ({ kind, name }: TopicSpec): Promise<boolean> => {
      const topic = name(PIPELINE);
      const committed = (await admin.committedOffsets(`pitwall.results.${kind}.${PIPELINE}`, topic)).get(0) ?? 0;
      return committed === this.broker.records(topic).length;
    };
    return (await isRead(predictionsTopic)) && (await isRead(deadLettersTopic)) && isRead(predictionsTopic);
  }

  private async end(): Promise<void> {
    const alive = this.processes.filter((process) => process.isAlive);
    const ended = { count: 0 };
    for (const process of alive) void process.stop().then(() => (ended.count += 1));
    if (!(await this.loop.reaches(() => ended.count === alive.length, MAX_STEPS)))
      throw new Error('the services do not stop');
  }
}
