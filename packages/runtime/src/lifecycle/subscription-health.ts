import { PitwallError } from '@pitwall/contracts';
import type { SubscriptionState } from '@pitwall/messaging';
import type { HealthRegistry } from '../health/health-registry.js';

/** Knows the state of every subscription: each is a check of its own, and one that has failed for good ends the service. */
export class SubscriptionHealth {
  private readonly states = new Map<string, SubscriptionState>();

  constructor(
    private readonly health: HealthRegistry,
    private readonly onFailure: (error: PitwallError) => void,
  ) {}

  /** To be called with every change; `subscription` is the group. */
  readonly update = (subscription: string, state: SubscriptionState): void => {
    if (!this.states.has(subscription)) {
      this.health.register(`consumer ${subscription}`, () => this.check(subscription));
    }
    this.states.set(subscription, state);
    if (state.phase !== 'failed') return;
    this.onFailure(
      new PitwallError(`The subscription ${subscription} has failed for good: ${state.reason ?? 'no reason given'}.`, {
        code: 'subscription_failed',
      }),
    );
  };

  private check(subscription: string): void {
    const state = this.states.get(subscription);
    if (state?.phase === 'running') return;
    throw new PitwallError(`${state?.phase ?? 'unknown'}${state?.reason == null ? '' : `: ${state.reason}`}`, {
      code: 'subscription_not_running',
    });
  }
}
