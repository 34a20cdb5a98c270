import { HEADER } from '@pitwall/contracts';
import { aRecord, inputAppendedAtHeader, type Message, messageOf, textHeader } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { startTelemetry } from '@pitwall/telemetry';
import { EventAgesService } from './event-ages.service.js';

const NOW = Date.UTC(2026, 0, 1);
const LIVES_MS = 60_000;

const agesOf = (timeToLiveMs?: number): EventAgesService =>
  new EventAgesService([{ name: 'flights', event: { timeToLiveMs } as PipelineDefinition['event'] }], {
    now: () => NOW,
  });

interface Appended {
  /** How long ago the raw record was appended; null where the features do not say. */
  readonly rawMs: number | null;
  /** How long ago the features were. */
  readonly featuresMs?: number;
  readonly redriven?: boolean;
}

function aMessage({ rawMs, featuresMs = 0, redriven = false }: Appended): Message {
  const headers = [
    ...(rawMs === null ? [] : [inputAppendedAtHeader(NOW - rawMs)]),
    ...(redriven ? [textHeader(HEADER.redriveAttempt, '1')] : []),
  ];
  return messageOf(aRecord({ topic: 'flights.features.v1', appendedAt: NOW - featuresMs, headers }));
}

describe('EventAgesService', () => {
  it.each([
    ['appended just now', { rawMs: 0 }, false],
    ['as old as events may get', { rawMs: LIVES_MS }, false],
    ['older than that', { rawMs: LIVES_MS + 1 }, true],
    ['appended in the future, by a clock that is ahead', { rawMs: -5_000 }, false],
    ['of features that do not say, and are young', { rawMs: null, featuresMs: 10 }, false],
    ['of features that do not say, and are old themselves', { rawMs: null, featuresMs: LIVES_MS + 1 }, true],
    ['redriven a moment ago, though its first record is old', { rawMs: 10 * LIVES_MS, redriven: true }, false],
    ['redriven long ago', { rawMs: 10 * LIVES_MS, featuresMs: LIVES_MS + 1, redriven: true }, true],
  ])('takes an event for too old or not that is %s', (_case, appended, isTooOld) => {
    expect(agesOf(LIVES_MS).measure('flights', [aMessage(appended)])).toEqual(isTooOld ? [0] : []);
  });

  it('says which of a batch are too old', () => {
    const ages = [0, 100_000, 0, 70_000].map((rawMs) => aMessage({ rawMs }));
    expect(agesOf(LIVES_MS).measure('flights', ages)).toEqual([1, 3]);
  });

  it('takes none for too old where the definition says nothing of it', () => {
    expect(agesOf().measure('flights', [aMessage({ rawMs: 1e12 })])).toEqual([]);
  });

  it('shows how old events are when their turn comes', async () => {
    const telemetry = startTelemetry({ service: 'inference', version: '0', sampleRatio: 0 });
    try {
      agesOf().measure('flights', [
        aMessage({ rawMs: 2_000 }),
        aMessage({ rawMs: 7_200_000 }),
        aMessage({ rawMs: -1 }),
      ]);
      const shown = (await telemetry.metricsText()).split('\n').filter((line) => line.startsWith('pitwall_event_age'));
      const bucket = (le: string): string | undefined =>
        shown.find((line) => line.includes('pitwall_pipeline="flights"') && line.includes(`le="${le}"`))?.split(' ')[1];
      expect([bucket('0.001'), bucket('2.5'), bucket('3600'), bucket('21600')]).toEqual(['1', '2', '2', '3']);
    } finally {
      await telemetry.shutdown();
    }
  });
});
