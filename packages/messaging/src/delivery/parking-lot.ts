/** How long and how often a record is tried again. */
export const PARKING = {
  /** Delay before the second try, in ms. */
  firstDelayMs: 300,
  /** By which it grows with each further one: few tries, since a try may cost a process of its own. */
  growth: 3,
  maxDelayMs: 20_000,
  /** A record is given up that still fails after delays of this sum. */
  maxTimeMs: 30_000,
} as const;

/** The records of one key that wait. The first is the one that is tried. */
export interface ParkedKey<Item> {
  readonly key: string;
  readonly items: readonly [Item, ...Item[]];
  /** How often the first has failed; 0: it only waited behind another, so that its followers may be tried with it. */
  readonly tries: number;
  /** When the first is to be tried. */
  readonly dueAt: number;
}

interface Queue<Item> {
  readonly key: string;
  readonly items: [Item, ...Item[]];
  tries: number;
  /** Sum of the delays that the first was given. */
  delayedMs: number;
  dueAt: number;
}

/**
 * Records of one partition that failed and may work later. Per key the first is tried again, after a growing delay; later
 * records of the same key wait behind it in their order, those of other keys go on. Times are monotonic milliseconds.
 */
export class ParkingLot<Item> {
  private readonly queues = new Map<string, Queue<Item>>();

  get isEmpty(): boolean {
    return this.queues.size === 0;
  }

  /** Whether a record of this key has to wait. */
  holds(key: string): boolean {
    return this.queues.has(key);
  }

  /** A record has failed for the first time; its key must not be held. */
  park(key: string, item: Item, now: number): void {
    const queue: Queue<Item> = { key, items: [item], tries: 0, delayedMs: 0, dueAt: now };
    this.queues.set(key, queue);
    this.failed(key, now);
  }

  /** A later record of a key that is held. */
  waitBehind(key: string, item: Item): void {
    this.queues.get(key)?.items.push(item);
  }

  /** When the next record is to be tried; null where none is here. */
  get nextDueAt(): number | null {
    let next: number | null = null;
    for (const { dueAt } of this.queues.values()) if (next === null || dueAt < next) next = dueAt;
    return next;
  }

  /** Up to so many keys whose first record is due. */
  due(now: number, limit: number): ParkedKey<Item>[] {
    const due: ParkedKey<Item>[] = [];
    for (const queue of this.queues.values()) {
      if (queue.dueAt <= now) due.push(queue);
      if (due.length === limit) break;
    }
    return due;
  }

  /** The key that is due first, whether its time has come or not; null where there is none. */
  get first(): ParkedKey<Item> | null {
    let first: Queue<Item> | null = null;
    for (const queue of this.queues.values()) if (first === null || queue.dueAt < first.dueAt) first = queue;
    return first;
  }

  /** The first record of the key has failed, the first time or again. True where its time is over. */
  failed(key: string, now: number): boolean {
    const queue = this.queues.get(key);
    if (queue === undefined) return false;
    queue.tries += 1;
    const isOver = queue.delayedMs >= PARKING.maxTimeMs;
    const delayMs = Math.min(PARKING.firstDelayMs * PARKING.growth ** (queue.tries - 1), PARKING.maxDelayMs);
    // By the delays and not by the clock: time in which nothing was tried says nothing about the record.
    const leftMs = isOver ? delayMs : Math.min(delayMs, PARKING.maxTimeMs - queue.delayedMs);
    queue.delayedMs += leftMs;
    queue.dueAt = now + leftMs;
    return isOver;
  }

  /** The first record could not be tried, for no fault of its own: that costs it no time. */
  postpone(key: string, now: number, delayMs: number): void {
    const queue = this.queues.get(key);
    if (queue === undefined) return;
    queue.dueAt = now + delayMs;
  }

  /** The first `count` records of the key are done, one way or the other: the next one is due, or the key is free. */
  advance(key: string, count: number, now: number): void {
    const queue = this.queues.get(key);
    if (queue === undefined) return;
    queue.items.splice(0, count);
    queue.tries = 0;
    queue.delayedMs = 0;
    queue.dueAt = now;
    if (queue.items.length === 0) this.queues.delete(key);
  }

  /** Begins the time of every record anew, and makes it due: nothing worked until now, which says nothing about them. */
  restart(now: number): void {
    for (const queue of this.queues.values()) {
      queue.tries = Math.min(queue.tries, 1);
      queue.delayedMs = 0;
      queue.dueAt = now;
    }
  }

  /** Forgets all records, and answers them. */
  clear(): Item[] {
    const items = [...this.queues.values()].flatMap((queue) => queue.items);
    this.queues.clear();
    return items;
  }
}
