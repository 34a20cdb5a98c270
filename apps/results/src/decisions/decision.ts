import type { EventIdentity, Origin, ResultId } from '@pitwall/contracts';
import type { Publication } from '../storage/publication.js';

/** A decision as it was taken of one prediction: a row of `decisions` if no other of its identity came first. */
export interface Decision {
  readonly resultId: ResultId;
  readonly pipeline: string;
  readonly identity: EventIdentity;
  readonly entity: string;
  /** Milliseconds since the epoch, as the other times here. */
  readonly eventAt: number;
  readonly decidedAt: number;
  readonly decision: string;
  /** Null where the fallback decided; so are model and expected value. */
  readonly score: number | null;
  readonly model: { readonly name: string; readonly version: string } | null;
  readonly expectedValue: number | null;
  readonly late: boolean;
  /** 32 hex digits. */
  readonly traceId: string;
  readonly origin: Origin;
  /** The prediction message as it came. */
  readonly prediction: Buffer;
  readonly publication: Publication;
}

/** What a stored decision was made from, and what was published of it. */
export interface StoredDecision {
  readonly origin: Pick<Origin, 'topic' | 'partition' | 'offset' | 'digest'>;
  readonly publication: Publication;
}
