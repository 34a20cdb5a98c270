import {
  deadLetterSchema,
  HEADER,
  type KnownDecision,
  parseOrigin,
  resultIdOf,
  resultMessageSchema,
  type ResultMessage,
} from '@pitwall/contracts';
import { type Header, type InboundRecord, parseJson } from '@pitwall/messaging';
import type { z } from 'zod';
import type { Expected, Settlement } from './settlement.js';

/** Told of every record that is settled, once. */
export type OnSettled<Item extends Expected> = (item: Item, settlement: Settlement) => void;

/** Finds among results, dead letters and looked-up decisions what has become of the records that are waited for. */
export class Settlements<Item extends Expected> {
  readonly #pipeline: string;
  readonly #onSettled: OnSettled<Item>;
  readonly #open = new Set<Item>();
  /** By content: records with the same one are settled one after another. */
  readonly #byDigest = new Map<string, Item[]>();

  constructor(pipeline: string, onSettled: OnSettled<Item>) {
    this.#pipeline = pipeline;
    this.#onSettled = onSettled;
  }

  expect(item: Item): void {
    this.#open.add(item);
    const same = this.#byDigest.get(item.digest);
    if (same === undefined) this.#byDigest.set(item.digest, [item]);
    else same.push(item);
  }

  /** Records of which nothing is known yet. */
  get open(): ReadonlySet<Item> {
    return this.#open;
  }

  /** A record of the results topic. */
  result({ headers, value }: InboundRecord): void {
    const origin = textOf(headers, HEADER.origin);
    const result = value === null ? null : valueOf(value, resultMessageSchema);
    if (origin === null || result === null) return;
    const item = this.#candidates(parseOrigin(origin).digest).find((one) => this.#isOf(one, result));
    if (item !== undefined) this.#settle(item, { kind: 'decided', result });
  }

  /** A record of the dead-letters topic. */
  deadLetter({ headers }: InboundRecord): void {
    const header = headers.findLast(({ name }) => name === HEADER.deadLetter)?.value ?? null;
    const letter = header === null ? null : valueOf(header, deadLetterSchema);
    if (letter === null) return;
    const { identity } = letter;
    const item = this.#candidates(letter.origin.digest).find(
      (one) => one.identity === null || identity === null || isSame(one.identity, identity),
    );
    if (item !== undefined) this.#settle(item, { kind: 'dead_letter', letter });
  }

  /** What a look-up says of a record: whether its decision is one of now is for the asker to know. */
  known(item: Item, decision: KnownDecision, when: 'before' | 'now'): void {
    if (!this.#open.has(item) || decision.origin.digest !== item.digest) return;
    this.#settle(item, when === 'now' ? { kind: 'decided', result: decision } : { kind: 'duplicate', decision });
  }

  #candidates(digest: string): readonly Item[] {
    return this.#byDigest.get(digest) ?? [];
  }

  #isOf({ identity }: Item, { resultId }: ResultMessage): boolean {
    return identity !== null && resultIdOf(this.#pipeline, identity) === resultId;
  }

  #settle(item: Item, settlement: Settlement): void {
    this.#open.delete(item);
    const rest = this.#candidates(item.digest).filter((one) => one !== item);
    if (rest.length === 0) this.#byDigest.delete(item.digest);
    else this.#byDigest.set(item.digest, rest);
    this.#onSettled(item, settlement);
  }
}

function isSame(one: { source: string; id: string }, other: { source: string; id: string }): boolean {
  return one.source === other.source && one.id === other.id;
}

function textOf(headers: readonly Header[], name: string): string | null {
  return headers.find((header) => header.name === name)?.value?.toString('utf8') ?? null;
}

function valueOf<Value>(bytes: Buffer, schema: z.ZodType<Value>): Value | null {
  const json = parseJson(bytes);
  const parsed = json.ok ? schema.safeParse(json.value) : null;
  return parsed?.success === true ? parsed.data : null;
}
