interface Entry<Item> {
  readonly dueMs: number;
  readonly item: Item;
}

/** Things that are sent later, in the order in which they are due; of those due at the same time the one that came first. */
export class Delayed<Item> {
  readonly #entries: Entry<Item>[] = [];

  add(dueMs: number, item: Item): void {
    const at = this.#entries.findLastIndex((entry) => entry.dueMs <= dueMs) + 1;
    this.#entries.splice(at, 0, { dueMs, item });
  }

  /** Takes out what is due at a time or was before. */
  takeDue(ms: number): readonly Item[] {
    const first = this.#entries.findIndex(({ dueMs }) => dueMs > ms);
    return this.#entries.splice(0, first === -1 ? this.#entries.length : first).map(({ item }) => item);
  }
}
