import { HealthRegistry } from '../health/health-registry.js';
import { SubscriptionHealth } from './subscription-health.js';

const GROUP = 'pitwall.results.predictions.flights';

function aService(): { health: HealthRegistry; states: SubscriptionHealth; failures: Error[] } {
  const health = new HealthRegistry();
  const failures: Error[] = [];
  return { health, failures, states: new SubscriptionHealth(health, (error) => failures.push(error)) };
}

describe('SubscriptionHealth', () => {
  it('is ready when every subscription runs', async () => {
    const { health, states } = aService();
    states.update(GROUP, { phase: 'joining', reason: null });
    expect(await health.report()).toMatchObject({
      status: 'not_ready',
      checks: { [`consumer ${GROUP}`]: { status: 'down', reason: 'joining' } },
    });
    states.update(GROUP, { phase: 'running', reason: null });
    states.update('another', { phase: 'running', reason: null });
    expect((await health.report()).status).toBe('ready');
  });

  it('says why it is not', async () => {
    const { health, states, failures } = aService();
    states.update(GROUP, { phase: 'running', reason: null });
    states.update(GROUP, { phase: 'retrying', reason: 'run pitwall recover' });
    expect(await health.report()).toMatchObject({
      checks: { [`consumer ${GROUP}`]: { reason: 'retrying: run pitwall recover' } },
    });
    expect(failures).toEqual([]);
  });

  it('ends the service when one has failed for good', () => {
    const { states, failures } = aService();
    states.update(GROUP, { phase: 'failed', reason: 'not authorised' });
    expect(failures).toEqual([
      expect.objectContaining({
        code: 'subscription_failed',
        message: expect.stringMatching(/flights.*not authorised/),
      }),
    ]);
  });
});
