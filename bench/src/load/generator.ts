import { setTimeout as sleep } from 'node:timers/promises';
import type { Publisher } from '@pitwall/messaging';
import type { LedgerFile } from './ledger.js';
import type { LoadRecord } from './planned-load.js';

/** What a generator works with. */
export interface GeneratorOptions {
  /** Records by turns, without end. */
  readonly turns: AsyncIterator<readonly LoadRecord[], void>;
  /** Records a second. */
  readonly rate: number;
  readonly publisher: Pick<Publisher, 'send'>;
  readonly ledger: Pick<LedgerFile, 'acknowledge' | 'intend'>;
  /** Nothing is sent again when it is aborted. */
  readonly signal: AbortSignal;
}

/** What a generator has done so far. */
export interface GeneratorCounts {
  readonly acknowledged: number;
  /** Sends that the broker did not acknowledge; each was sent again until it was. */
  readonly refusals: number;
}

interface SlippedIn {
  readonly records: readonly LoadRecord[];
  readonly acknowledged: () => void;
}

const TICK_MS = 50;
const RETRY_MS = 250;
/** No outage of a scenario lasts so long: what is refused then is refused for what it is. */
const GIVE_UP_AFTER_MS = 300_000;

/**
 * Sends at a steady rate, as a producer does: in order, one send at a time, again until it is acknowledged. What an outage has held
 * up follows at once when it is over.
 */
export class LoadGenerator {
  readonly #options: GeneratorOptions;
  readonly #running: Promise<void>;
  #counts = { acknowledged: 0, refusals: 0 };
  #isStopping = false;
  #isHeld = false;
  readonly #slippedIn: SlippedIn[] = [];
  /** The send in hand. */
  #sending: Promise<void> = Promise.resolve();

  constructor(options: GeneratorOptions) {
    this.#options = options;
    this.#running = this.#run();
    // Told by stop(); until then it must not end the process.
    this.#running.catch(() => undefined);
  }

  get counts(): GeneratorCounts {
    return this.#counts;
  }

  /** Sends nothing more until it is released, as of when this resolves. What falls due meanwhile follows then. */
  async hold(): Promise<void> {
    this.#isHeld = true;
    await this.#sending;
  }

  release(): void {
    this.#isHeld = false;
  }

  /** Sends these with the next that are due. Resolves when they are acknowledged. */
  slipIn(records: readonly LoadRecord[]): Promise<void> {
    return new Promise((acknowledged) => {
      this.#slippedIn.push({ records, acknowledged });
    });
  }

  /** Sends what is due and no more. Resolves when all of it is acknowledged. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    const { rate } = this.#options;
    const startedAt = performance.now();
    let planned = 0;
    while (!this.#isStopping) {
      const due = this.#isHeld ? 0 : ((performance.now() - startedAt) * rate) / 1000;
      this.#sending = this.#sendNext(due - planned).then((count) => void (planned += count));
      await this.#sending;
      await sleep(TICK_MS);
    }
  }

  /** @returns how many were sent */
  async #sendNext(due: number): Promise<number> {
    const slippedIn = this.#slippedIn.splice(0);
    const taken = await this.#take(due);
    const batch = [...slippedIn.flatMap(({ records }) => records), ...taken];
    if (batch.length > 0) await this.#send(batch);
    for (const { acknowledged } of slippedIn) acknowledged();
    return taken.length;
  }

  /** Whole turns, at most 1,000 records at a time. */
  async #take(count: number): Promise<LoadRecord[]> {
    const wanted = Math.min(1_000, count);
    const batch: LoadRecord[] = [];
    while (batch.length < wanted) {
      const turn = await this.#options.turns.next();
      if (turn.done === true) return batch;
      batch.push(...turn.value);
    }
    return batch;
  }

  async #send(batch: readonly LoadRecord[]): Promise<void> {
    const { publisher, ledger, signal } = this.#options;
    const last = ledger.intend(batch);
    const records = batch.map(({ record }) => record);
    const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
    for (;;) {
      try {
        await publisher.send(records);
        break;
      } catch (error) {
        // Whatever the reason, a producer can only send it again; the counts show that it had to.
        this.#counts = { ...this.#counts, refusals: this.#counts.refusals + 1 };
        if (signal.aborted || performance.now() >= giveUpAt) throw error;
        await sleep(RETRY_MS);
      }
    }
    ledger.acknowledge(last);
    this.#counts = { ...this.#counts, acknowledged: this.#counts.acknowledged + batch.length };
  }
}
