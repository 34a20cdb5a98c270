import type { Dead, Failing, Outcome } from '../batch-handler.js';
import type { InboundRecord, OutboundRecord } from '../port.js';
import { bytesOf } from './own-copy.js';

/** Records that were handled, and what their handler said of each. */
export interface Judged {
  readonly messages: readonly { readonly record: InboundRecord }[];
  readonly outcomes: readonly Outcome[];
}

/** None were. */
export const NOT_JUDGED: Judged = { messages: [], outcomes: [] };

/** What is not done with what is sent now, in the order of the records. */
export type Later =
  /** It is dead. */
  | { readonly kind: 'dead'; readonly at: number; readonly record: InboundRecord; readonly outcome: Dead }
  /** It has failed and is tried again. */
  | { readonly kind: 'parked'; readonly record: InboundRecord; readonly key: string; readonly outcome: Failing }
  /** It waits behind another of its key. */
  | { readonly kind: 'behind'; readonly record: InboundRecord; readonly key: string };

/** What becomes of the records of a batch. */
export interface Placement {
  readonly outputs: readonly OutboundRecord[];
  readonly later: readonly Later[];
  /** How many of the records are placed: those after them are not taken. */
  readonly taken: number;
  /** Whether it ended for want of room. */
  readonly isFull: boolean;
  /** Positions among what was judged of those whose outputs are not sent: they wait, or were not taken. */
  readonly putOff: readonly number[];
}

/** What placing depends on. */
export interface PlacementRules {
  readonly room: { readonly records: number; readonly bytes: number };
  /** Told of the failure of a record; true: no further record is to be taken. */
  readonly failed: (reason: string, record: InboundRecord) => boolean;
}

/** Records of one key keep their order; a record without a key has no order to keep. */
export function keyOf({ key, offset }: InboundRecord): string {
  return key === null ? `offset ${offset}` : `key ${key.toString('latin1')}`;
}

/** Which record it is, whoever is handed it. */
export function placeOf({ topic, partition, offset }: InboundRecord): string {
  return `${topic}/${partition}/${offset}`;
}

/**
 * Decides what becomes of each record of a slice, in order. `judged` are those that were handled, in the same order; the others
 * belong to keys that are held already. Changes nothing by itself.
 */
export function placeRecords(records: readonly InboundRecord[], judged: Judged, rules: PlacementRules): Placement {
  return new Placing(judged, rules).place(records);
}

const NONE: readonly never[] = [];

class Placing {
  private readonly outputs: OutboundRecord[] = [];
  private later: Later[] | null = null;
  private putOff: number[] | null = null;
  /** Keys of which a record of this slice has failed. */
  private failedKeys: Set<string> | null = null;
  private keptBytes = 0;
  private keptRecords = 0;
  private next = 0;

  constructor(
    private readonly judged: Judged,
    private readonly rules: PlacementRules,
  ) {}

  place(records: readonly InboundRecord[]): Placement {
    let taken = 0;
    let end: 'full' | 'enough' | null = null;
    for (const record of records) {
      end = this.placeOne(record);
      if (end === 'full') break;
      taken += 1;
      if (end === 'enough') break;
    }
    for (; this.next < this.judged.messages.length; this.next += 1) (this.putOff ??= []).push(this.next);
    const { outputs, later, putOff } = this;
    return { outputs, later: later ?? NONE, taken, isFull: end === 'full', putOff: putOff ?? NONE };
  }

  private placeOne(record: InboundRecord): 'full' | 'enough' | null {
    const at = this.next;
    const { messages, outcomes } = this.judged;
    if (messages[at]?.record !== record) return this.wait(record);
    const outcome = outcomes[at] as Outcome;
    // Dead letters have no order among the records of a key.
    if (outcome.kind === 'dead') (this.later ??= []).push({ kind: 'dead', at, record, outcome });
    else if (this.failedKeys?.has(keyOf(record)) === true) return this.waitAfterAll(record, outcome);
    else if (outcome.kind === 'failing') return this.park(record, outcome);
    else for (const output of outcome.outputs) this.outputs.push(output);
    this.next += 1;
    return null;
  }

  /** One of its key has failed, so what was found out about it does not count yet. */
  private waitAfterAll(record: InboundRecord, outcome: Outcome): 'full' | 'enough' | null {
    if (this.wait(record) === 'full') return 'full';
    (this.putOff ??= []).push(this.next);
    this.next += 1;
    return outcome.kind === 'failing' && this.rules.failed(outcome.reason, record) ? 'enough' : null;
  }

  private park(record: InboundRecord, outcome: Failing): 'full' | 'enough' | null {
    if (!this.keep(record)) return 'full';
    const key = keyOf(record);
    (this.failedKeys ??= new Set()).add(key);
    (this.later ??= []).push({ kind: 'parked', record, key, outcome });
    (this.putOff ??= []).push(this.next);
    this.next += 1;
    return this.rules.failed(outcome.reason, record) ? 'enough' : null;
  }

  private wait(record: InboundRecord): 'full' | null {
    if (!this.keep(record)) return 'full';
    (this.later ??= []).push({ kind: 'behind', record, key: keyOf(record) });
    return null;
  }

  private keep(record: InboundRecord): boolean {
    const { room } = this.rules;
    if (this.keptRecords >= room.records || this.keptBytes >= room.bytes) return false;
    this.keptRecords += 1;
    this.keptBytes += bytesOf(record);
    return true;
  }
}
