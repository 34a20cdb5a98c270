import { HealthRegistry } from '../health/health-registry.js';
import { SubscriptionHealth } from './subscription-health.js';

const GROUP = 'pitwall.results.predictions.flights';

function aService() {
  const health = new HealthRegistry();
  const failures: Error[] = [];
  const warnings: string[] = [];
  const told = {
    onFailure: (error: Error) => void failures.push(error),
    logger: { warn: (...[, message]: readonly unknown[]) => void warnings.push(String(message)) },
  };
  return { health, failures, warnings, states: new SubscriptionHealth(health, told) };
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

  it('is ready, and says so, when more is held back than usual', async () => {
    const { health, states, warnings } = aService();
    states.update(GROUP, { phase: 'limited', reason: 'dead letters wait' });
    expect(await health.report()).toEqual({
      status: 'ready',
      checks: { [`consumer ${GROUP}`]: { status: 'up', facts: { limited: 'dead letters wait' } } },
    });
    expect(warnings).toEqual(['dead letters wait']);
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
