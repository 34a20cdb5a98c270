import type { ActionFeedback, ActionId, EventIdentity, Origin, ResultId } from '@pitwall/contracts';
import type { Refusal } from '../storage/store-rows.js';

/** What somebody did with a decision: a row of `actions`. */
export interface Action {
  readonly kind: 'action';
  readonly actionId: ActionId;
  readonly resultId: ResultId;
  readonly pipeline: string;
  readonly identity: EventIdentity;
  readonly action: ActionFeedback['action'];
  /** Milliseconds since the epoch, as the other time. */
  readonly at: number;
  /** Null where nobody is named. */
  readonly by: string | null;
  readonly reason: string | null;
  readonly receivedAt: number;
  /** 32 hex digits. */
  readonly traceId: string;
  /** The record on the feedback topic. */
  readonly origin: Origin;
}

/** What became of an action: `copy` where the same one was told before. */
export type ActionSettlement = { readonly kind: 'inserted' | 'copy' } | Refusal;
