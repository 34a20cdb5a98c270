import type { Message } from '@pitwall/messaging';
import type { Decision } from './decision.js';
import type { Settlement } from './settlement.js';

/** A decision that was settled, and the prediction that it was taken of. */
export interface SettledDecision {
  readonly message: Message;
  readonly decision: Decision;
  readonly settlement: Settlement;
}
