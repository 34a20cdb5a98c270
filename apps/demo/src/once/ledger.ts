import { contentDigest, defaultSource } from '@pitwall/contracts';
import type { PlannedRecord } from '@pitwall/flights';
import type { OutboundRecord } from '@pitwall/messaging';
import { type AcknowledgedContents, type IdentityKey, identityKey } from '@pitwall/oracle';

/** What was acknowledged of one content. */
interface Entry {
  readonly isPoison: boolean;
  count: number;
}

/** What the broker has acknowledged, written down by whoever sent it. */
export class Ledger implements AcknowledgedContents {
  readonly #source: string;
  readonly #byDigest = new Map<string, Entry>();
  readonly #identities = new Set<IdentityKey>();
  #records = 0;

  constructor(pipeline: string) {
    this.#source = defaultSource(pipeline);
  }

  add({ kind, draft }: PlannedRecord, { key, value }: Pick<OutboundRecord, 'key' | 'value'>): void {
    const digest = contentDigest(key, value);
    const entry = this.#byDigest.get(digest);
    if (entry === undefined) this.#byDigest.set(digest, { isPoison: kind === 'poison', count: 1 });
    else entry.count += 1;
    if (kind === 'event') this.#identities.add(identityKey(this.#source, draft.id));
    this.#records += 1;
  }

  /** Acknowledged records. */
  get records(): number {
    return this.#records;
  }

  /** Different events among them, poison aside. */
  get unique(): number {
    return this.#identities.size;
  }

  isPoison(digest: string): boolean {
    return this.#byDigest.get(digest)?.isPoison ?? false;
  }

  /** Records that were acknowledged and are not among those that stand on the topic. */
  missingFrom(digests: readonly string[]): number {
    const standing = new Map<string, number>();
    for (const digest of digests) standing.set(digest, (standing.get(digest) ?? 0) + 1);
    let missing = 0;
    for (const [digest, { count }] of this.#byDigest) missing += Math.max(0, count - (standing.get(digest) ?? 0));
    return missing;
  }
}
