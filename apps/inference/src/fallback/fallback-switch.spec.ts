import { PitwallError } from '@pitwall/contracts';
import type { ModelPresence } from '../deployments/model-presence.js';
import { FallbackSwitch } from './fallback-switch.js';

const AFTER_MS = 30_000;
const TRY_EVERY_MS = 10_000;
const EPOCH = 1_800_000_000_000;

const unknownModel = { code: 'model_unknown', message: 'the folder has champion@1.0.0' };
const failure = (code = 'model_failing'): PitwallError => new PitwallError('it fails', { code, retriable: true });

/** A switch, the model that it asks, and the time, all in the hands of the test. */
function aSwitch(afterMs: number | null = AFTER_MS) {
  const events: string[] = [];
  let now = 0;
  let presence: ModelPresence = 'present';
  const fallback = new FallbackSwitch({
    afterMs,
    presence: () => presence,
    clock: { monotonic: () => now, now: () => EPOCH + now },
    observer: {
      fellBack: ({ code }) => events.push(`fell back: ${code}`),
      recovered: ({ code }, tookMs) => events.push(`recovered: ${code}, ${tookMs} ms`),
    },
  });
  const scored = (): Promise<string> => {
    fallback.record({ scored: 1, failed: 0 });
    return Promise.resolve('scored');
  };
  return {
    fallback,
    events,
    pass: (ms: number) => (now += ms),
    model: (is: ModelPresence) => (presence = is),
    /** What becomes of a batch that the model scores, or whose rows and batch fail so. */
    batch: (outcome: 'scored' | PitwallError = 'scored') =>
      fallback
        .choose(
          () => (outcome === 'scored' ? scored() : Promise.reject(outcome)),
          ({ code }) => `fallback: ${code}`,
        )
        .catch((error: unknown) => `waits: ${String(error).replace(/^.*?: /, '')}`),
  };
}

describe('FallbackSwitch', () => {
  it('asks the model as long as there is one that answers', async () => {
    const { batch, pass, fallback, events } = aSwitch();
    for (let minute = 0; minute < 5; minute += 1) {
      expect(await batch()).toBe('scored');
      pass(60_000);
      fallback.look();
    }
    expect(events).toEqual([]);
  });

  it('waits for a model as long as the definition says, then falls back, and scores again as soon as one is there', async () => {
    const { batch, pass, model, fallback, events } = aSwitch();
    model(unknownModel);
    fallback.look();
    pass(AFTER_MS - 1);
    expect(await batch(failure('model_unavailable'))).toBe('waits: it fails');
    expect(fallback.fallback).toBeNull();
    pass(1);
    expect(await batch(failure('model_unavailable'))).toBe('fallback: model_unknown');
    expect(fallback.fallback).toEqual({ ...unknownModel, since: EPOCH + AFTER_MS });
    pass(5_000);
    model('present');
    expect(await batch()).toBe('scored');
    expect(events).toEqual(['fell back: model_unknown', 'recovered: model_unknown, 5000 ms']);
  });

  it('counts the time without batches too', async () => {
    const { batch, pass, model, fallback, events } = aSwitch();
    model(unknownModel);
    fallback.look();
    pass(AFTER_MS);
    fallback.look();
    expect(events).toEqual(['fell back: model_unknown']);
    expect(await batch()).toBe('fallback: model_unknown');
  });

  it('counts anew after every time that a model was there', async () => {
    const { batch, pass, model, fallback } = aSwitch();
    for (let round = 0; round < 3; round += 1) {
      model(unknownModel);
      fallback.look();
      pass(AFTER_MS - 1);
      expect(await batch(failure('model_unavailable'))).toBe('waits: it fails');
      model('present');
      fallback.look();
    }
  });

  it('does not count before the deployments are known', async () => {
    const { batch, pass, model, fallback } = aSwitch();
    model('unknown');
    fallback.look();
    expect(await batch(failure('model_unavailable'))).toBe('waits: it fails');
    pass(10 * AFTER_MS);
    expect(await batch(failure('model_unavailable'))).toBe('waits: it fails');
    model(unknownModel);
    fallback.look();
    expect(await batch(failure('model_unavailable'))).toBe('waits: it fails');
  });

  it('waits for ever where no fallback is declared', async () => {
    const { batch, pass, model, fallback, events } = aSwitch(null);
    model(unknownModel);
    fallback.look();
    pass(100 * AFTER_MS);
    fallback.giveUpIfDue();
    expect(await batch(failure('model_unavailable'))).toBe('waits: it fails');
    expect(events).toEqual([]);
  });

  it('falls back at once where the definition says 0', async () => {
    const { batch, model } = aSwitch(0);
    model(unknownModel);
    expect(await batch(failure('model_unavailable'))).toBe('fallback: model_unknown');
  });

  it('says the reason of now, not the one of the beginning', async () => {
    const { batch, pass, model, fallback } = aSwitch();
    model({ code: 'no_deployment', message: 'none' });
    fallback.look();
    pass(AFTER_MS);
    expect(await batch()).toBe('fallback: no_deployment');
    model(unknownModel);
    expect(await batch()).toBe('fallback: model_unknown');
    expect(fallback.fallback?.since).toBe(EPOCH + AFTER_MS);
  });

  it('passes errors on that are none of the model', async () => {
    const { batch, pass, model, fallback } = aSwitch();
    model(unknownModel);
    fallback.look();
    pass(AFTER_MS - 1);
    expect(await batch(failure('stale_claim'))).toBe('waits: it fails');
    model('present');
    pass(AFTER_MS);
    expect(await batch(failure('stale_claim'))).toBe('waits: it fails');
  });

  describe('with a model that is there and fails', () => {
    it('waits as long, then offers it a batch every ten seconds, one at a time, until it scores one', async () => {
      const { batch, pass, fallback, events } = aSwitch();
      expect(await batch(failure())).toBe('waits: it fails');
      pass(AFTER_MS);
      fallback.look();
      expect(events).toEqual([]);
      expect(await batch(failure())).toBe('fallback: model_failing');
      pass(TRY_EVERY_MS - 1);
      expect(await batch()).toBe('fallback: model_failing');
      pass(1);
      const attempt = Promise.withResolvers<string>();
      const trying = fallback.choose(
        () => attempt.promise,
        ({ code }) => `fallback: ${code}`,
      );
      expect(await batch()).toBe('fallback: model_failing');
      attempt.reject(failure());
      expect(await trying).toBe('fallback: model_failing');
      expect(await batch()).toBe('fallback: model_failing');
      pass(TRY_EVERY_MS);
      expect(await batch()).toBe('scored');
      expect(await batch()).toBe('scored');
      expect(events).toEqual(['fell back: model_failing', `recovered: model_failing, ${2 * TRY_EVERY_MS} ms`]);
    });

    it('is not taken in by a batch without a row for the model', async () => {
      const { batch, pass, fallback } = aSwitch();
      await batch(failure());
      pass(AFTER_MS);
      await batch(failure());
      pass(TRY_EVERY_MS);
      expect(
        await fallback.choose(
          () => Promise.resolve('all dead'),
          () => 'fallback',
        ),
      ).toBe('all dead');
      expect(fallback.fallback).not.toBeNull();
    });

    it('scores again at once when another version answers', async () => {
      const { batch, pass, fallback, events } = aSwitch();
      await batch(failure());
      pass(AFTER_MS);
      expect(await batch(failure())).toBe('fallback: model_failing');
      fallback.replaced();
      expect(await batch()).toBe('scored');
      expect(events).toHaveLength(2);
    });

    it('does not offer it anything while no child of it is there', async () => {
      const { batch, pass, model } = aSwitch();
      await batch(failure());
      pass(AFTER_MS);
      await batch(failure());
      pass(TRY_EVERY_MS);
      model({ code: 'model_unavailable', message: 'ended 3 times' });
      expect(await batch()).toBe('fallback: model_unavailable');
      model('present');
      expect(await batch()).toBe('scored');
    });
  });

  describe('between the steps of a batch', () => {
    it('gives up when one row after another has failed for too long, and the time counts from the first of them', async () => {
      const { batch, pass, fallback } = aSwitch();
      for (let row = 0; row < 3; row += 1) {
        fallback.giveUpIfDue();
        fallback.record({ scored: 0, failed: 1 });
        pass(AFTER_MS / 3);
      }
      expect(() => fallback.giveUpIfDue()).toThrow('3 rows failed one after another in 30000 ms, none was scored');
      expect(await batch(failure('model_unavailable'))).toBe('fallback: model_unavailable');
    });

    it('goes on as long as rows are scored in between, or only two failed', () => {
      const { pass, fallback } = aSwitch();
      for (let row = 0; row < 20; row += 1) {
        fallback.record({ scored: 0, failed: 1 });
        pass(AFTER_MS);
        if (row % 2 === 1) fallback.record({ scored: 1, failed: 0 });
        expect(() => fallback.giveUpIfDue()).not.toThrow();
      }
    });

    it('does not hold rows against the model that failed in batches before', async () => {
      const { pass, fallback } = aSwitch();
      const withPoison = (): Promise<void> => {
        fallback.record({ scored: 0, failed: 3 });
        return Promise.resolve();
      };
      await fallback.choose(withPoison, () => undefined);
      pass(AFTER_MS);
      expect(() => fallback.giveUpIfDue()).not.toThrow();
    });

    it('gives up the wait for a model once the fallback is due', () => {
      const { pass, model, fallback } = aSwitch();
      model({ code: 'model_loading', message: 'the model is being loaded' });
      expect(() => fallback.giveUpIfDue()).not.toThrow();
      pass(AFTER_MS);
      expect(() => fallback.giveUpIfDue()).toThrow('the model is being loaded');
    });
  });
});
