import { PitwallError } from '@pitwall/contracts';
import type { SubscriptionState } from '@pitwall/messaging';
import type { Logger } from '@pitwall/telemetry';
import type { HealthRegistry } from '../health/health-registry.js';

/** Knows the state of every subscription: each is a check of its own, and one that has failed for good ends the service. */
export class SubscriptionHealth {
  private readonly states = new Map<string, SubscriptionState>();

  constructor(
    private readonly health: HealthRegistry,
    private readonly told: {
      readonly onFailure: (error: PitwallError) => void;
      readonly logger: Pick<Logger, 'warn'>;
    },
  ) {}

  /** To be called with every change; `subscription` is the group. */
  readonly update = (subscription: string, state: SubscriptionState): void => {
    if (!this.states.has(subscription)) {
      this.health.register(`consumer ${subscription}`, () => this.check(subscription));
    }
    this.states.set(subscription, state);
    // Ready all the same, so nobody else says it.
    if (state.phase === 'limited') this.told.logger.warn({ subscription }, state.reason ?? '');
    if (state.phase !== 'failed') return;
    this.told.onFailure(
      new PitwallError(`The subscription ${subscription} has failed for good: ${state.reason ?? 'no reason given'}.`, {
        code: 'subscription_failed',
      }),
    );
  };

  private check(subscription: string): object | void {
    const state = this.states.get(subscription);
    if (state?.phase === 'running') return;
    if (state?.phase === 'limited') return { limited: state.reason };
    throw new PitwallError(`${state?.phase ?? 'unknown'}${state?.reason == null ? '' : `: ${state.reason}`}`, {
      code: 'subscription_not_running',
    });
  }
}
