import { setImmediate as nextTurn } from 'node:timers/promises';
import { type DeploymentMessage, PitwallError } from '@pitwall/contracts';
import { FailureBreaker } from '../model-pool/failure-breaker.js';
import type { ServedModel } from '../model-pool/served-model.js';
import { type Champion, ChampionSlot } from './champion-slot.js';

const aDeployment = (revision: number, version = `${revision}.0.0`): DeploymentMessage => ({
  pipeline: 'flight-delay',
  revision,
  champion: { model: 'champion', version, digest: version.padEnd(64, '0') },
  announcedAt: '2026-01-01T00:00:00.000Z',
  announcedBy: 'provision',
});

class FakePool {
  isClosed = false;
  notReadyReason: string | null = null;
  readonly queued = 0;
  readonly pids = [];
  readonly rssBytes = 0;
  score = () => Promise.reject(new Error('not of this test'));
  close = () => {
    this.isClosed = true;
    return Promise.resolve();
  };
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await nextTurn();
};

/** A slot whose versions open and fail as the test says. */
function aSlot() {
  const pools = new Map<string, FakePool>();
  const broken = new Set<string>();
  const opening: string[] = [];
  const events: string[] = [];
  let gate = Promise.resolve();
  const slot = new ChampionSlot({
    pipeline: 'flight-delay',
    retryDelayMs: () => 5,
    observer: {
      switched: ({ model }) => events.push(`switched to ${model.version}`),
      failed: (deployment, error) => events.push(`${deployment.champion.version} failed: ${error.message}`),
    },
    open: async ({ champion: { model, version, digest } }): Promise<Champion> => {
      opening.push(version);
      await gate;
      if (broken.has(version)) throw new PitwallError('golden rows failed', { code: 'golden_rows_failed' });
      const pool = new FakePool();
      pools.set(version, pool);
      const served = { name: model, version, digest } as ServedModel;
      return { model: served, pool, breaker: new FailureBreaker(), since: 0 };
    },
  });
  const hold = (): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    return resolve;
  };
  return { slot, pools, broken, opening, events, hold, version: () => slot.champion?.model.version };
}

describe('ChampionSlot', () => {
  it('has no answers before a version was announced, and while the first one is being loaded', async () => {
    const { slot, hold, version } = aSlot();
    expect(() => slot.acquire()).toThrow('no deployment has been announced');
    expect(slot.isComing).toBe(true);
    const open = hold();
    slot.want(aDeployment(1));
    expect(slot.notReadyReason).toBe('the model is being loaded');
    open();
    await until(() => version() === '1.0.0');
    expect(slot.notReadyReason).toBeNull();
  });

  it('lets the old version answer until the new one is fit for traffic', async () => {
    const { slot, hold, version, events } = aSlot();
    slot.want(aDeployment(1));
    await until(() => version() === '1.0.0');
    const open = hold();
    slot.want(aDeployment(2));
    await nextTurn();
    expect(version()).toBe('1.0.0');
    open();
    await until(() => version() === '2.0.0');
    expect(events).toEqual(['switched to 1.0.0', 'switched to 2.0.0']);
  });

  it('keeps the old version alive as long as a batch refers to it', async () => {
    const { slot, pools, version } = aSlot();
    slot.want(aDeployment(1));
    await until(() => version() === '1.0.0');
    const [first, second] = [slot.acquire(), slot.acquire()];
    slot.want(aDeployment(2));
    await until(() => version() === '2.0.0');
    expect(first.champion.model.version).toBe('1.0.0');
    first.release();
    first.release();
    expect(pools.get('1.0.0')?.isClosed).toBe(false);
    second.release();
    expect(pools.get('1.0.0')?.isClosed).toBe(true);
    expect(pools.get('2.0.0')?.isClosed).toBe(false);
  });

  it('stays with the old version when the new one cannot be served, says so once, and tries again', async () => {
    const { slot, broken, opening, events, version } = aSlot();
    slot.want(aDeployment(1));
    await until(() => version() === '1.0.0');
    broken.add('2.0.0');
    slot.want(aDeployment(2));
    await until(() => opening.length >= 4);
    expect(version()).toBe('1.0.0');
    expect(slot.notReadyReason).toBeNull();
    expect(events.slice(1)).toEqual(['2.0.0 failed: golden rows failed']);
    broken.delete('2.0.0');
    await until(() => version() === '2.0.0');
  });

  it('is not ready, with the reason, when its only version cannot be served', async () => {
    const { slot, broken, events } = aSlot();
    broken.add('1.0.0');
    slot.want(aDeployment(1));
    await until(() => events.length === 1);
    expect(slot.notReadyReason).toBe('golden rows failed');
    expect(slot.isComing).toBe(false);
    expect(() => slot.acquire()).toThrow(expect.objectContaining({ code: 'model_unavailable', retriable: true }));
    await slot.close();
  });

  it('goes on to a newer version at once when the one before cannot be served', async () => {
    const { slot, broken, opening, version } = aSlot();
    broken.add('1.0.0');
    slot.want(aDeployment(1));
    await until(() => opening.length === 1);
    slot.want(aDeployment(2));
    await until(() => version() === '2.0.0');
    expect(opening.at(-1)).toBe('2.0.0');
  });

  it('loads nothing again when a new revision names the same version', async () => {
    const { slot, opening, version } = aSlot();
    slot.want(aDeployment(1));
    await until(() => version() === '1.0.0');
    slot.want(aDeployment(2, '1.0.0'));
    await nextTurn();
    slot.want(aDeployment(3));
    await until(() => version() === '3.0.0');
    expect(opening).toEqual(['1.0.0', '3.0.0']);
  });

  it('is not ready while its model fails on most rows, though there is one to be asked', async () => {
    const { slot, version } = aSlot();
    slot.want(aDeployment(1));
    await until(() => version() === '1.0.0');
    slot.champion?.breaker.record({ scored: 0, failed: 40 });
    expect(slot.notReadyReason).toBe('the model fails on most rows');
    expect(slot.outage).toBeNull();
  });

  it('tells what kind of outage it is: no deployment, loading, refused, children that do not stay up', async () => {
    const { slot, broken, pools, events, hold, version } = aSlot();
    expect(slot.outage?.code).toBe('no_deployment');
    const open = hold();
    broken.add('1.0.0');
    slot.want(aDeployment(1));
    expect(slot.outage?.code).toBe('model_loading');
    open();
    await until(() => events.length === 1);
    expect(slot.outage).toEqual({ code: 'golden_rows_failed', message: 'golden rows failed' });
    slot.want(aDeployment(2));
    await until(() => version() === '2.0.0');
    expect(slot.outage).toBeNull();
    (pools.get('2.0.0') as FakePool).notReadyReason = 'the model child ended 3 times in a row';
    expect(slot.outage).toEqual({ code: 'model_unavailable', message: 'the model child ended 3 times in a row' });
  });

  it('leaves no version behind when it is closed while one is being loaded', async () => {
    const { slot, pools, hold, version } = aSlot();
    slot.want(aDeployment(1));
    await until(() => version() === '1.0.0');
    const open = hold();
    slot.want(aDeployment(2));
    const closed = slot.close();
    open();
    await closed;
    expect([...pools.values()].map(({ isClosed }) => isClosed)).toEqual([true, true]);
  });
});
