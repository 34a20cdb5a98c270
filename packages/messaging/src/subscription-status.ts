import type { SubscriptionState } from './port.js';

/**
 * Puts together what the partitions of a subscription and its membership say, and tells every change once. `failed` and
 * `stopped` are final.
 */
export class SubscriptionStatus {
  private phase: SubscriptionState['phase'] = 'joining';
  private membershipTrouble: string | null = null;
  private readonly partitionTroubles = new Map<string, string>();
  private told: SubscriptionState | null = null;

  constructor(private readonly tell: (state: SubscriptionState) => void) {}

  joining(): void {
    this.move('joining');
  }

  running(): void {
    this.membershipTrouble = null;
    this.move('running');
  }

  /** The membership is lost and comes back by itself. */
  rejoining(reason: string): void {
    this.membershipTrouble = reason;
    this.update();
  }

  failed(reason: string): void {
    this.membershipTrouble = reason;
    this.move('failed');
  }

  stopped(): void {
    this.move('stopped');
  }

  retrying(partition: string, reason: string): void {
    this.partitionTroubles.set(partition, reason);
    this.update();
  }

  recovered(partition: string): void {
    if (this.partitionTroubles.delete(partition)) this.update();
  }

  private move(phase: SubscriptionState['phase']): void {
    if (this.phase === 'failed' || this.phase === 'stopped') return;
    this.phase = phase;
    this.update();
  }

  private update(): void {
    const state = this.current();
    if (this.told?.phase === state.phase && this.told.reason === state.reason) return;
    this.told = state;
    this.tell(state);
  }

  private current(): SubscriptionState {
    if (this.phase === 'failed') return { phase: 'failed', reason: this.membershipTrouble };
    if (this.phase === 'stopped') return { phase: 'stopped', reason: null };
    const [firstTrouble] = this.partitionTroubles.values();
    const reason = this.membershipTrouble ?? firstTrouble ?? null;
    return reason === null ? { phase: this.phase, reason: null } : { phase: 'retrying', reason };
  }
}
