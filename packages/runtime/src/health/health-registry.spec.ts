import { HealthRegistry } from './health-registry.js';

describe('HealthRegistry', () => {
  it('is ready without checks, and when all of them hold', async () => {
    const health = new HealthRegistry();
    expect(await health.report()).toEqual({ status: 'ready', checks: {} });
    health.register('kafka', () => undefined);
    health.register('model', async () => ({ version: '7' }));
    expect(await health.report()).toEqual({
      status: 'ready',
      checks: { kafka: { status: 'up' }, model: { status: 'up', facts: { version: '7' } } },
    });
  });

  it('is not ready while one check fails, and says which and why', async () => {
    const health = new HealthRegistry();
    health.register('kafka', () => undefined);
    health.register('postgres', () => Promise.reject(new Error('connection refused')));
    health.register('model', () => {
      throw new Error('no champion');
    });
    expect(await health.report()).toEqual({
      status: 'not_ready',
      checks: {
        kafka: { status: 'up' },
        postgres: { status: 'down', reason: 'connection refused' },
        model: { status: 'down', reason: 'no champion' },
      },
    });
  });

  it('is ready again when the check holds again or is taken away', async () => {
    const health = new HealthRegistry();
    let isDown = true;
    health.register('one', () => {
      if (isDown) throw new Error('down');
    });
    const forget = health.register('two', () => {
      throw new Error('down');
    });
    isDown = false;
    forget();
    expect((await health.report()).status).toBe('ready');
  });

  it('does not take away the successor of a check', async () => {
    const health = new HealthRegistry();
    const forget = health.register('one', () => undefined);
    health.register('one', () => {
      throw new Error('the second');
    });
    forget();
    expect(await health.report()).toMatchObject({ checks: { one: { reason: 'the second' } } });
  });

  it('is not ready once it drains, whatever the checks say', async () => {
    const health = new HealthRegistry();
    health.drain('stopping');
    expect(await health.report()).toEqual({
      status: 'not_ready',
      checks: { shutdown: { status: 'down', reason: 'stopping' } },
    });
  });
});
