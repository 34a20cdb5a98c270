import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { type DeadLetter, deadLettersTopic, eventsTopic, HEADER, resultsTopic } from '@pitwall/contracts';
import type fc from 'fast-check';
import { headerOf, type InboundRecord, InMemoryBroker, type OutboundRecord } from '../../src/index.js';
import { FOR_EVER, type Fate, type Fault, type Plan, type PlannedRecord } from './plan.js';
import { SimDatabase } from './sim-database.js';
import { SimProcess } from './sim-process.js';
import { SimTimers } from './sim-timers.js';

const EVENTS = eventsTopic.name('p');
const RESULTS = resultsTopic.name('p');
const DEAD_LETTERS = deadLettersTopic.name('p');

/** More than any run takes, but for one that never ends. */
const MAX_STEPS = 60_000;

/** Everything there is in one run: a broker, a database, processes that come and go, and what has been promised of them. */
export class SimWorld {
  readonly timers = new SimTimers();
  readonly broker = new InMemoryBroker({ timers: this.timers });
  readonly database = new SimDatabase();
  isBrokerDown = false;
  isPolicyBroken: boolean;
  private readonly processes: SimProcess[] = [];
  private readonly planned = new Map<string, PlannedRecord>();
  private readonly ids = new Map<string, string>();
  private readonly triesLeft = new Map<string, number>();
  private isAcknowledgementLost = false;
  private started = 0;
  private steps = 0;

  constructor(
    private readonly plan: Plan,
    private readonly scheduler: fc.Scheduler,
  ) {
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
      this.strike(fault);
      await this.publish(later.splice(0, Math.ceil(later.length / 2)));
    }
    await this.publish(later);
    this.heal();
    while (!this.isQuiet() && this.steps < MAX_STEPS) await this.pass(10);
    this.checkEnd();
    await this.end();
  }

  /** Something takes time. */
  async turn(what: string): Promise<void> {
    await this.scheduler.schedule(Promise.resolve(), what);
  }

  fateOf(record: InboundRecord): Fate {
    return this.plannedOf(record).fate;
  }

  /** True as often as the record is to fail. */
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

  /** Whether what was just sent is acknowledged. */
  acknowledges(): boolean {
    const acknowledges = !this.isAcknowledgementLost;
    this.isAcknowledgementLost = false;
    return acknowledges;
  }

  /** Nothing is committed past what is not done, and nothing that the database does not know of. */
  checkCommit(partition: number, offset: number): void {
    const done = this.donePositions();
    for (let before = 0; before < offset; before += 1) {
      if (!done.has(`${partition}/${before}`))
        throw new Error(`committed ${partition}/${offset}, but ${before} is not done`);
    }
    const known = this.database.progress.get(partition) ?? 0;
    if (known < offset) throw new Error(`committed ${partition}/${offset}, but the database knows only ${known}`);
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

  private strike(fault: Fault): void {
    const [oldest, ...others] = this.processes.filter((process) => process.isAlive);
    const effects: Record<Fault, () => void> = {
      kill: () => oldest?.kill(),
      stop: () => void oldest?.stop(),
      start: () => {
        if (others.length < 2) this.start();
      },
      'database down': () => (this.database.isDown = true),
      'database up': () => (this.database.isDown = false),
      'broker down': () => (this.isBrokerDown = true),
      'broker up': () => (this.isBrokerDown = false),
      'lose an acknowledgement': () => (this.isAcknowledgementLost = true),
    };
    effects[fault]();
  }

  private heal(): void {
    this.database.isDown = false;
    this.isBrokerDown = false;
    this.isPolicyBroken = false;
    this.isAcknowledgementLost = false;
  }

  private start(): void {
    this.started += 1;
    const process = new SimProcess(this, `process ${this.started}`);
    this.processes.push(process);
    process.start();
  }

  private async pass(steps: number): Promise<void> {
    for (let step = 0; step < steps; step += 1) await this.step();
  }

  /** One thing happens: something that takes time is over, or time passes. */
  private async step(): Promise<void> {
    this.steps += 1;
    // A supervisor.
    if (this.processes.every((process) => !process.isAlive)) this.start();
    if (this.timers.isDue || this.scheduler.count() === 0) this.timers.next();
    else await this.scheduler.waitNext(1);
    await turnOfLoop();
  }

  private isQuiet(): boolean {
    return this.plan.records.length === 0 || this.donePositions().size === this.planned.size;
  }

  /** In an orderly way: that must come to an end, too. */
  private async end(): Promise<void> {
    const alive = this.processes.filter((process) => process.isAlive);
    const ended = { count: 0 };
    for (const process of alive) void process.stop().then(() => (ended.count += 1));
    for (this.steps = 0; ended.count < alive.length; this.steps += 1) {
      if (this.steps === MAX_STEPS) throw new Error('the services do not stop');
      if (this.scheduler.count() > 0) await this.scheduler.waitNext(1);
      else this.timers.next();
      await turnOfLoop();
    }
  }

  /** Records of which everything that is to be known outside is known. */
  private donePositions(): Set<string> {
    const done = new Set([...this.published().keys(), ...this.letters().keys()]);
    for (const [position, id] of this.ids) {
      const decided = this.database.decisions.get(id);
      if (decided !== undefined && `${decided.partition}/${decided.offset}` !== position) done.add(position);
    }
    return done;
  }

  /** Values of the results of each position, in the order in which they were written. */
  private published(): Map<string, string[]> {
    const published = new Map<string, string[]>();
    for (const record of this.broker.records(RESULTS)) {
      const position = `${record.partition}/${String(headerOf(record.headers, 'offset'))}`;
      published.set(position, [...(published.get(position) ?? []), String(record.value)]);
    }
    return published;
  }

  /** Reasons of the dead letters of each position. */
  private letters(): Map<string, string[]> {
    const letters = new Map<string, string[]>();
    for (const { value, headers } of this.broker.records(DEAD_LETTERS)) {
      const { reason } = JSON.parse(String(headerOf(headers, HEADER.deadLetter))) as DeadLetter;
      letters.set(String(value), [...(letters.get(String(value)) ?? []), reason]);
    }
    return letters;
  }

  private checkEnd(): void {
    const published = this.published();
    const letters = this.letters();
    for (const [position, { fate }] of this.planned) {
      const ends = [...(published.has(position) ? ['published'] : []), ...new Set(letters.get(position))];
      const isDuplicate =
        this.database.decisions.get(this.ids.get(position) as string) !== undefined && ends.length === 0;
      const end = isDuplicate ? 'duplicate' : ends.join(' and ');
      const expected = expectedEnds(fate);
      if (!expected.includes(end))
        throw new Error(`${position} (${fate.kind}) ended as ${end || 'nothing'}, expected ${expected.join(' or ')}`);
      const copies = new Set(published.get(position));
      if (copies.size > 1) throw new Error(`${position} was published as ${[...copies].join(' and ')}`);
    }
    this.checkOrder();
  }

  /** First copies of the results of a key come in the order of its records. */
  private checkOrder(): void {
    for (let partition = 0; partition < this.plan.partitions; partition += 1) {
      const last = new Map<string, number>();
      const seen = new Set<number>();
      for (const record of this.broker.records(RESULTS)) {
        const offset = Number(String(headerOf(record.headers, 'offset')));
        if (record.partition !== partition || seen.has(offset)) continue;
        seen.add(offset);
        const key = String(record.key);
        if (offset < (last.get(key) ?? -1)) throw new Error(`key ${key}: ${offset} came after ${last.get(key)}`);
        last.set(key, offset);
      }
    }
  }

  private plannedOf(record: InboundRecord): PlannedRecord {
    return this.planned.get(positionOf(record)) as PlannedRecord;
  }
}

function positionOf({ partition, offset }: InboundRecord): string {
  return `${partition}/${offset}`;
}

function expectedEnds(fate: Fate): string[] {
  switch (fate.kind) {
    case 'fine':
    case 'throws':
      return ['published', 'duplicate'];
    case 'fails':
      return fate.times === FOR_EVER ? ['policy_failed'] : ['published'];
    case 'poison':
      return ['not_json'];
    case 'deadly':
      return ['crash_loop'];
    default:
      return fate satisfies never;
  }
}
