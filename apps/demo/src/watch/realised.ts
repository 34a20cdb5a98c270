import type { OutcomeMessage } from '@pitwall/contracts';

type Counted = Pick<OutcomeMessage, 'revision' | 'correct'> & { readonly amount: number };

/**
 * What the decisions turned out to be worth: each counted by its outcome of the highest revision, whatever order they come in.
 * Outcomes are remembered up to a number, the newest; a correction of an older one would be counted as a label of its own.
 */
export class Realised {
  readonly #capacity: number;
  readonly #counted = new Map<string, Counted>();
  #labelled = 0;
  #correct = 0;
  #value = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** An outcome, or a copy of one. */
  add({
    resultId,
    revision,
    correct,
    value,
  }: Pick<OutcomeMessage, 'resultId' | 'revision' | 'correct' | 'value'>): void {
    const before = this.#counted.get(resultId);
    if (before !== undefined && before.revision >= revision) return;
    if (before !== undefined) this.#count(before, -1);
    const counted: Counted = { revision, correct, amount: value.amount };
    this.#count(counted, 1);
    this.#counted.set(resultId, counted);
    if (this.#counted.size > this.#capacity) this.#forgetOldest();
  }

  get labelled(): number {
    return this.#labelled;
  }

  /** Share of the labelled decisions that were right; null while there are none. */
  get accuracy(): number | null {
    return this.#labelled === 0 ? null : this.#correct / this.#labelled;
  }

  /** In the currency of the pipeline. */
  get value(): number {
    return this.#value;
  }

  #count({ correct, amount }: Counted, times: 1 | -1): void {
    this.#labelled += times;
    this.#correct += correct ? times : 0;
    this.#value += times * amount;
  }

  #forgetOldest(): void {
    const [oldest] = this.#counted.keys();
    if (oldest !== undefined) this.#counted.delete(oldest);
  }
}
