import { type DeadLetter, deadLettersTopic, eventsTopic, HEADER, resultsTopic } from '@pitwall/contracts';
import { heal, SimLoop, SimNetwork, strike } from '@pitwall/simulation';
import type fc from 'fast-check';
import { headerOf, type InboundRecord, InMemoryBroker, type OutboundRecord } from '../../src/index.js';
import { checkEnds, checkOrder, type Ends } from './laws.js';
import type { Fate, Plan, PlannedRecord } from './plan.js';
import { type DatabaseFaults, SimDatabase } from './sim-database.js';
import { SimProcess, type Surroundings } from './sim-process.js';

const EVENTS = eventsTopic.name('p');
const RESULTS = resultsTopic.name('p');
const DEAD_LETTERS = deadLettersTopic.name('p');

/** More than any run takes, but for one that never ends. */
const MAX_STEPS = 60_000;
/** Looking at everything takes longer than a step. */
const STEPS_BETWEEN_LOOKS = 10;

/** Everything there is in one run: a broker, a database, processes that come and go, and what has been promised of them. */
export class SimWorld implements Surroundings {
  readonly loop: SimLoop;
  readonly network = new SimNetwork();
  readonly broker: InMemoryBroker;
  readonly database: SimDatabase;
  isPolicyBroken: boolean;
  readonly processes: SimProcess[] = [];
  private readonly planned = new Map<string, PlannedRecord>();
  private readonly ids = new Map<string, string>();
  private readonly triesLeft = new Map<string, number>();
  private passed = 0;
  /** The law that was broken first. */
  private broken: string | null = null;

  constructor(
    private readonly plan: Plan,
    scheduler: fc.Scheduler,
    faults: DatabaseFaults = {},
  ) {
    this.loop = new SimLoop(scheduler);
    this.broker = new InMemoryBroker({ timers: this.loop.timers });
    this.database = new SimDatabase(faults, (law) => (this.broken ??= law));
    this.isPolicyBroken = plan.isPolicyBroken;
    for (const topic of [EVENTS, RESULTS, DEAD_LETTERS]) this.broker.createTopic(topic, plan.partitions);
  }

  /** Runs the plan, then lets everything heal, and checks what must hold then. */
  async run(): Promise<void> {
    const { records, publishedBefore, faults } = this.plan;
    await this.publish(records.slice(0, publishedBefore));
    this.start();
    const later = records.slice(publishedBefore);
    for (const { afterSteps, fault } of faults) {
      await this.pass(afterSteps);
      strike(fault, this);
      await this.publish(later.splice(0, Math.ceil(later.length / 2)));
    }
    await this.publish(later);
    this.heal();
    while (!this.isOver() && this.passed < MAX_STEPS) await this.pass(STEPS_BETWEEN_LOOKS);
    this.check();
    await this.end();
    this.check();
  }

  fateOf(record: InboundRecord): Fate {
    return (this.planned.get(positionOf(record)) as PlannedRecord).fate;
  }

  failsOnce(record: InboundRecord): boolean {
    const position = positionOf(record);
    const left = this.triesLeft.get(position) ?? 0;
    this.triesLeft.set(position, left - 1);
    return left > 0;
  }

  idOf(record: InboundRecord): string {
    return this.ids.get(positionOf(record)) as string;
  }

  resultOf({ partition, key, offset }: InboundRecord, bytes: string): OutboundRecord {
    const headers = [{ name: 'offset', value: Buffer.from(String(offset)) }];
    return { topic: RESULTS, partition, key, value: Buffer.from(bytes), headers };
  }

  /** Nothing is committed past what is not done, and nothing that the database does not know of. */
  checkCommit(partition: number, offset: number): void {
    const done = this.donePositions();
    for (let before = 0; before < offset; before += 1) {
      if (!done.has(`${partition}/${before}`))
        this.broken ??= `${partition}/${offset} is committed, but ${before} is not done`;
    }
    const known = this.database.progress.get(partition) ?? 0;
    if (known < offset) this.broken ??= `${partition}/${offset} is committed, but the database knows only ${known}`;
  }

  private async publish(records: readonly PlannedRecord[]): Promise<void> {
    const publisher = await this.broker.client().publisher();
    for (const record of records) {
      const partition = record.key.charCodeAt(0) % this.plan.partitions;
      const offset = this.broker.records(EVENTS).filter((one) => one.partition === partition).length;
      const position = `${partition}/${offset}`;
      this.planned.set(position, record);
      this.ids.set(position, this.repeatedId(record) ?? `id of ${position}`);
      if ('times' in record.fate) this.triesLeft.set(position, record.fate.times);
      await publisher.send([
        { topic: EVENTS, partition, key: Buffer.from(record.key), value: Buffer.from(position), headers: [] },
      ]);
    }
  }

  private repeatedId({ repeats, fate }: PlannedRecord): string | null {
    if (repeats === null || fate.kind !== 'fine') return null;
    const fine = [...this.planned].filter(([, one]) => one.fate.kind === 'fine').map(([position]) => position);
    // The record itself is the last of them.
    return this.ids.get(fine.slice(0, -1).at(-1 - repeats) ?? '') ?? null;
  }

  private heal(): void {
    this.isPolicyBroken = false;
    heal(this);
  }

  /** One process more. */
  start(): void {
    const process = new SimProcess(this, `process ${this.processes.length + 1}`);
    this.processes.push(process);
    process.start();
  }

  private supervise(): void {
    if (this.processes.every((process) => !process.isServing)) this.start();
  }

  private async pass(steps: number): Promise<void> {
    this.passed += steps;
    for (let step = 0; step < steps; step += 1) {
      this.supervise();
      await this.loop.step();
    }
  }

  private isOver(): boolean {
    return this.broken !== null || this.donePositions().size === this.planned.size;
  }

  /** In an orderly way: that must come to an end, too. */
  private async end(): Promise<void> {
    const alive = this.processes.filter((process) => process.isAlive);
    const ended = { count: 0 };
    for (const process of alive) void process.stop().then(() => (ended.count += 1));
    if (!(await this.loop.reaches(() => ended.count === alive.length, MAX_STEPS)))
      throw new Error('the services do not stop');
  }

  /** Records of which everything that is to be known outside is known. */
  private donePositions(): Set<string> {
    const done = new Set([...this.published().keys(), ...this.letters().keys()]);
    for (const [position, id] of this.ids) {
      const decided = this.database.decisionOf(id);
      if (decided !== undefined && `${decided.partition}/${decided.offset}` !== position) done.add(position);
    }
    return done;
  }

  /** Values of the results of each position, in the order in which they were written. */
  private published(): Map<string, string[]> {
    return byPosition(this.broker.records(RESULTS), (record) => [
      `${record.partition}/${String(headerOf(record.headers, 'offset'))}`,
      String(record.value),
    ]);
  }

  /** Reasons of the dead letters of each position. */
  private letters(): Map<string, string[]> {
    return byPosition(this.broker.records(DEAD_LETTERS), ({ value, headers }) => [
      String(value),
      (JSON.parse(String(headerOf(headers, HEADER.deadLetter))) as DeadLetter).reason,
    ]);
  }

  private check(): void {
    if (this.broken !== null) throw new Error(this.broken);
    const [published, letters] = [this.published(), this.letters()];
    const endsOf = (position: string): Ends => ({
      published: published.get(position) ?? [],
      letters: letters.get(position) ?? [],
      decisions: this.database.rows.filter(({ id }) => id === this.ids.get(position)).length,
    });
    checkEnds(this.planned, endsOf);
    checkOrder(this.broker.records(RESULTS));
  }
}

function byPosition(
  records: readonly InboundRecord[],
  entryOf: (record: InboundRecord) => readonly [position: string, value: string],
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const record of records) {
    const [position, value] = entryOf(record);
    found.set(position, [...(found.get(position) ?? []), value]);
  }
  return found;
}

function positionOf({ partition, offset }: InboundRecord): string {
  return `${partition}/${offset}`;
}
