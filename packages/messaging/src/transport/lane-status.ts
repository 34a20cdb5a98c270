import type { SubscriptionState } from '../port.js';
import type { Trouble } from './trouble.js';

/**
 * Puts together what the client says of a subscription and what its lanes say, and tells every change once. What the client
 * says goes first, then what does not work, then what is held back.
 */
export class LaneStatus {
  private client: SubscriptionState = { phase: 'joining', reason: null };
  private breaker: Trouble | null = null;
  private readonly troubles = new Map<object, Trouble>();
  private told: SubscriptionState | null = null;

  constructor(private readonly tell: (state: SubscriptionState) => void) {}

  clientSays(state: SubscriptionState): void {
    this.client = state;
    this.update();
  }

  breakerSays(trouble: Trouble | null): void {
    this.breaker = trouble;
    this.update();
  }

  laneSays(lane: object, trouble: Trouble | null): void {
    if (trouble === null) this.troubles.delete(lane);
    else this.troubles.set(lane, trouble);
    this.update();
  }

  private update(): void {
    const state = this.current();
    if (this.told?.phase === state.phase && this.told.reason === state.reason) return;
    this.told = state;
    this.tell(state);
  }

  private current(): SubscriptionState {
    if (this.client.phase !== 'running') return this.client;
    const troubles = [...(this.breaker === null ? [] : [this.breaker]), ...this.troubles.values()];
    const worst = troubles.find(({ kind }) => kind === 'retrying') ?? troubles[0];
    return worst === undefined ? this.client : { phase: worst.kind, reason: worst.reason };
  }
}
