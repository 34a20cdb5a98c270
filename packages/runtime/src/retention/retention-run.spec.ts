import type { KeeperTurn, PipelineRetention } from '@pitwall/persistence';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { createLogger, startTelemetry } from '@pitwall/telemetry';
import { systemClock } from '../clock.js';
import { HealthRegistry } from '../health/health-registry.js';
import { RetentionRun } from './retention-run.js';

const retention = { duplicatesDays: 30, decisionsDays: 90, deadLettersDays: 31, windowsDays: 400 };
const flights = { name: 'flights', retention } as PipelineDefinition;
const FAMILIES = [
  { name: 'decisions', tables: ['decisions', 'labels'], satellites: [], daysOf: () => retention.decisionsDays },
];
const kept = [
  {
    family: 'decisions',
    retentionDays: 90,
    generations: ['2026-01-24'],
    droppedBefore: '2026-01-24',
    lastDrop: { generation: '2026-01-01', at: '2026-04-25T00:00:00.000Z' },
    nextDropOn: '2026-05-18',
  },
];

/** What keeps generations, and does this at each turn. */
function aRun(turn: KeeperTurn): { run: RetentionRun; health: HealthRegistry; adopted: PipelineRetention[] } {
  const adopted: PipelineRetention[] = [];
  const health = new HealthRegistry();
  const keeper = {
    adopt: (policies: readonly PipelineRetention[]) => Promise.resolve(void adopted.push(...policies)),
    turn: () => Promise.resolve(turn),
    kept: () => Promise.resolve(turn.kept),
  };
  const logger = createLogger({ service: 'test', level: 'fatal' });
  const parts = { keeper, families: FAMILIES, pipelines: [flights], health, clock: systemClock, logger };
  return { run: new RetentionRun(parts), health, adopted };
}

describe('RetentionRun', () => {
  it('writes down what each pipeline wants, and shows what is kept', async () => {
    const { run, health, adopted } = aRun({ begun: [], dropped: [], isBlocked: false, kept });
    await run.start();
    await run.stop();
    expect(adopted).toEqual([{ family: 'decisions', pipeline: 'flights', days: 90 }]);
    await expect(health.report()).resolves.toEqual({
      status: 'ready',
      checks: { retention: { status: 'up', facts: { duplicatesRecognisedDays: { flights: 30 }, kept } } },
    });
  });

  it('shows in metrics what was dropped, and how old the oldest is', async () => {
    const logger = createLogger({ service: 'test', level: 'fatal' });
    const telemetry = startTelemetry({ service: 'test', version: '0', logger, sampleRatio: 0 });
    const dropped = [{ table: 'decisions', generation: '2026-01-01', rows: 1200 }];
    const { run } = aRun({ begun: [], dropped, isBlocked: false, kept });
    await run.start();
    await run.stop();
    const text = await telemetry.metricsText();
    await telemetry.shutdown();
    expect(text).toMatch(/pitwall_retention_dropped_total\{[^}]*pitwall_relation="decisions"[^}]*\} 1200\n/);
    expect(text).toMatch(/pitwall_retention_dropped_total\{[^}]*pitwall_relation="labels"[^}]*\} 0\n/);
    expect(text).toMatch(/pitwall_retention_oldest\{[^}]*pitwall_relation="decisions"[^}]*\} \d+/);
  });
});
