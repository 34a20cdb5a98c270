import { contentDigest, defaultSource } from '@pitwall/contracts';
import type { FeedbackEnding, PlannedFeedback, PlannedRecord } from '@pitwall/flights';
import type { OutboundRecord } from '@pitwall/messaging';
import { type AcknowledgedContents, type AcknowledgedFeedback, type IdentityKey, identityKey } from '@pitwall/oracle';
import type { OutboundTurn } from '../replay/replay.js';
import { AcknowledgedDigests } from './acknowledged.js';

type Content = Pick<OutboundRecord, 'key' | 'value'>;

/** What the broker has acknowledged, written down by whoever sent it. */
export interface Ledger {
  readonly events: EventLedger;
  readonly feedback: FeedbackLedger;
}

/** An empty ledger. */
export function newLedger(pipeline: string): Ledger {
  return { events: new EventLedger(pipeline), feedback: new FeedbackLedger() };
}

/** Writes down a turn: its records are its events, then its feedback. */
export function writeDown({ events, feedback }: Ledger, { turn, records }: OutboundTurn): void {
  const contents = records.values();
  for (const planned of turn.events) events.add(planned, contents.next().value as Content);
  for (const planned of turn.feedback) feedback.add(planned, contents.next().value as Content);
}

/** The events among it. */
export class EventLedger implements AcknowledgedContents {
  readonly #source: string;
  readonly #digests = new AcknowledgedDigests();
  readonly #poison = new Set<string>();
  readonly #identities = new Set<IdentityKey>();

  constructor(pipeline: string) {
    this.#source = defaultSource(pipeline);
  }

  add({ kind, draft }: Pick<PlannedRecord, 'kind' | 'draft'>, { key, value }: Content): void {
    const digest = contentDigest(key, value);
    this.#digests.add(digest);
    if (kind === 'poison') this.#poison.add(digest);
    if (kind === 'event') this.#identities.add(identityKey(this.#source, draft.id));
  }

  /** Acknowledged records. */
  get records(): number {
    return this.#digests.records;
  }

  /** Different events among them, poison aside. */
  get unique(): number {
    return this.#identities.size;
  }

  isPoison(digest: string): boolean {
    return this.#poison.has(digest);
  }

  missingFrom(digests: readonly string[]): number {
    return this.#digests.missingFrom(digests);
  }
}

/** The feedback among it, and what is expected to become of it. */
export class FeedbackLedger implements AcknowledgedFeedback {
  readonly #digests = new AcknowledgedDigests();
  readonly #expected = new Map<string, FeedbackEnding>();

  add({ expected }: Pick<PlannedFeedback, 'expected'>, { key, value }: Content): void {
    const digest = contentDigest(key, value);
    this.#digests.add(digest);
    // A label that is sent again has the content of the first one, which is the one that counts.
    if (!this.#expected.has(digest)) this.#expected.set(digest, expected);
  }

  /** Acknowledged records. */
  get records(): number {
    return this.#digests.records;
  }

  expectedOf(digest: string): FeedbackEnding | null {
    return this.#expected.get(digest) ?? null;
  }

  missingFrom(digests: readonly string[]): number {
    return this.#digests.missingFrom(digests);
  }
}
