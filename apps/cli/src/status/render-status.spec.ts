import { renderStatus } from './render-status.js';
import type { PipelineStatus, StatusReport } from './report.js';

const aPipeline = (given: Partial<PipelineStatus> = {}): PipelineStatus => ({
  name: 'p',
  isKnown: true,
  model: { model: 'champion', version: '1.0.0', digest: 'd'.repeat(64), since: '2026-01-01T00:00:00.000Z' },
  lags: [
    { groupId: 'g', service: 'ingestion', topic: 'events', pipeline: 'p', records: 12, seconds: 0.3, members: 1 },
    { groupId: 'g', service: 'inference', topic: 'features', pipeline: 'p', records: 0, seconds: 0, members: 0 },
  ],
  sinceStart: { decided: 1_846, duplicates: 1, deadLetters: { not_json: 3, id_reused: 1 }, sinceSeconds: 180 },
  deadLetters: { count: 31, open: 4, openByReason: { not_json: 3, schema_violation: 1 } },
  watched: {
    lastWindow: {
      from: '2013-04-04T09:00:00.000Z',
      to: '2013-04-04T10:00:00.000Z',
      predictions: 49,
      results: 48,
      late: 2,
      fallbacks: 0,
      decisions: { proceed: 40, intervene: 8 },
      latencyMs: { count: 48, p50: 35.4, p90: 60, p99: 1_230, max: 1_300 },
      asOf: '2026-01-01T00:00:00.000Z',
    },
    windows: { count: 48, from: '2013-04-02T10:00:00.000Z' },
    performance: [
      { model: 'champion@1.0.0', predictions: 1_800, labels: 1_200, accuracy: 0.8125, value: 1_250.5, currency: 'USD' },
    ],
  },
  retention: {
    duplicatesRecognisedDays: 30,
    families: [
      {
        service: 'results',
        family: 'dead_letters',
        tables: ['dead_letters'],
        days: 30,
        longestDays: 30,
        generations: ['2026-01-01', '2026-01-09'],
        droppedBefore: '2026-01-01',
        nextDropOn: '2026-02-09',
        lastDrop: { generation: '2025-12-24', at: '2026-01-01T00:00:00.000Z' },
      },
    ],
  },
  ...given,
});

const aReport = (given: Partial<StatusReport> = {}): StatusReport => ({
  at: '2026-01-01T00:00:00.000Z',
  ready: true,
  reachable: true,
  kafka: { brokers: 'k:1', answers: true, reason: null },
  services: [{ name: 'results', url: 'http://r', state: 'ready', reasons: [], uptimeSeconds: 180, checks: {} }],
  pipelines: [aPipeline()],
  ...given,
});

describe('renderStatus', () => {
  it('knows nothing of dead letters where nobody has counted one and results does not say', () => {
    const sinceStart = { decided: null, duplicates: null, deadLetters: {}, sinceSeconds: null };
    const lines = renderStatus(aReport({ pipelines: [aPipeline({ sinceStart, deadLetters: null })] }));
    expect(lines).toContain('  dead letters not known');
  });

  it('says what runs, how far everybody is, and what became of the records', () => {
    expect(renderStatus(aReport())).toEqual([
      'results      ready        http://r, up 3 min',
      'kafka        answers      k:1',
      '',
      'p',
      '  model        champion@1.0.0 (dddddddddddd), since 2026-01-01T00:00:00.000Z',
      '  lag          events       ingestion  12 records, the oldest 0.3 s old',
      '               features     inference  0 records (nobody reads)',
      '  decided      1,846, and 1 duplicate, since results was started 3 min ago',
      '  dead letters 4 open of 31: not_json 3, schema_violation 1',
      '  window       2013-04-04T09:00:00.000Z to 2013-04-04T10:00:00.000Z: 49 predictions, 48 results; proceed 40, intervene 8, late 2, p50 35 ms p99 1,230 ms',
      '  performance  champion@1.0.0: 1,200 of 1,800 predictions labelled, accuracy 81.3 %, value 1250.50 USD (48 windows from 2013-04-02T10:00:00.000Z)',
      '  retention    duplicates are recognised for 30 days',
      '               dead-letters 30 days, from 2026-01-01 on, next drop 2026-02-09, last drop 2026-01-01T00:00:00.000Z',
    ]);
  });

  it('says why somebody is not ready, and what is not known then', () => {
    const counts = { decided: null, duplicates: null, deadLetters: { not_json: 2 }, sinceSeconds: null };
    const report = aReport({
      kafka: { brokers: null, answers: false, reason: 'where it is to be found is not known' },
      services: [
        {
          name: 'results',
          url: 'http://r',
          state: 'not_ready',
          reasons: ['postgres: refused'],
          uptimeSeconds: null,
          checks: {},
        },
        { name: 'monitoring', url: null, state: 'unreachable', reasons: ['gone'], uptimeSeconds: null, checks: {} },
      ],
      pipelines: [
        aPipeline({
          model: null,
          lags: null,
          sinceStart: counts,
          deadLetters: null,
          watched: null,
          retention: null,
        }),
      ],
    });
    expect(renderStatus(report)).toEqual([
      'results      NOT READY    http://r',
      '    postgres: refused',
      'monitoring   unreachable  -',
      '    gone',
      'kafka        unreachable  -',
      '    where it is to be found is not known',
      '',
      'p',
      '  model        not known',
      '  lag          not known',
      '  decided      not known',
      '  dead letters 2 since the services that answer were started: not_json 2',
      '  window       not known',
      '  retention    not known',
    ]);
  });
});
