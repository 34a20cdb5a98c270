import { contentDigest } from '@pitwall/contracts';
import type { Flight } from '@pitwall/flights';
import type { AcknowledgedFeedback, SentContents } from '@pitwall/oracle';

/** What was sent, and what of it was acknowledged; all of it is to be decided. */
export class SentLedger implements SentContents {
  private readonly attempted = new Set<string>();
  private readonly acknowledged = new Set<string>();

  /** Call before it is sent: what was never acknowledged may stand on the topic all the same. */
  attempt(flights: readonly Flight[]): void {
    for (const flight of flights) this.attempted.add(digestOf(flight));
  }

  acknowledge(flights: readonly Flight[]): void {
    for (const flight of flights) this.acknowledged.add(digestOf(flight));
  }

  get count(): number {
    return this.acknowledged.size;
  }

  isPoison(): boolean {
    return false;
  }

  missingFrom(digests: readonly string[]): number {
    const there = new Set(digests);
    return [...this.acknowledged].filter((digest) => !there.has(digest)).length;
  }

  endingsOf(digest: string): readonly null[] | undefined {
    return this.attempted.has(digest) ? [null] : undefined;
  }
}

/** The record of a flight is the same, sent to Kafka by ourselves or by ingestion over HTTP. */
function digestOf({ entity, text }: Flight): string {
  return contentDigest(Buffer.from(entity), Buffer.from(text));
}

/** No feedback is sent. */
export const NO_FEEDBACK: AcknowledgedFeedback = { expectedOf: () => null, missingFrom: () => 0 };
