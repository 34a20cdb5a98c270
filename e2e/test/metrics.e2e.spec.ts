import type { ServiceName } from '@pitwall/platform';
import { METRIC, type MetricSpec } from '@pitwall/telemetry';
import { eventually } from '@pitwall/testing';
import { flightMessage } from './flight-events.js';
import { type CataloguedMetric, documentedQueries, readCatalogue, seriesIn, seriesOf } from './metric-catalogue.js';
import { publishPlainly } from './plain-kafka.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';

const catalogue = readCatalogue();
const metrics: readonly MetricSpec[] = Object.values(METRIC);

/** What the SDK shows of its own exporting, beside our metrics. */
const FOREIGN = /^(otel_sdk_|target_info$)/;

const shownName = ({ name, kind }: MetricSpec): string =>
  name.replaceAll('.', '_') + (kind === 'counter' ? '_total' : '');

describe('the catalogue of metrics', () => {
  it('has a row for each metric of packages/telemetry and no other, as the metric says of itself', () => {
    const rows = catalogue.map(({ name, kind, unit, meaning }) => ({ name, kind, unit, meaning }));
    const wanted = metrics.map((metric) => ({
      name: shownName(metric),
      kind: metric.kind,
      unit: metric.unit,
      meaning: metric.description,
    }));
    const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
    expect(rows.toSorted(byName)).toEqual(wanted.toSorted(byName));
  });

  it('asks in its examples for metrics that it has', () => {
    const known = new Set(catalogue.flatMap(seriesOf));
    const asked = documentedQueries().flatMap(seriesIn);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
  });
});

interface ShownSample {
  readonly name: string;
  readonly labels: readonly string[];
}

/** `/metrics` of a service, apart from what the SDK says of itself. */
const samplesOf = (text: string): readonly ShownSample[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !FOREIGN.test(line.split(/[{ ]/, 1)[0] ?? ''))
    .map((line) => {
      const [, name = '', labels = ''] = /^([\w:]+)(?:\{(.*)\})? /.exec(line) ?? [];
      return { name, labels: [...labels.matchAll(/([a-z_]\w*)="(?:[^"\\]|\\.)*"/g)].map(([, label = '']) => label) };
    });

/** Needs something to go wrong, or a feature that one good event does not use. */
const NOT_ON_A_GOOD_DAY = new Set<string>(
  [
    METRIC.batchRetries,
    METRIC.recordRetries,
    METRIC.deadLetters,
    METRIC.deadLettersKept,
    METRIC.deadLettersOpen,
    METRIC.deadLettersRedriven,
    METRIC.redriveRepeats,
    METRIC.unreadableRecords,
    METRIC.modelChildLosses,
    METRIC.fallbackPredictions,
    METRIC.feedback,
    METRIC.labelDelay,
    METRIC.labelsWaiting,
    METRIC.outcomes,
    METRIC.windowsTooOld,
  ].map(shownName),
);

const SERVICES = ['ingestion', 'inference', 'results', 'monitoring'] as const satisfies readonly ServiceName[];

describe('the metrics of the running services', () => {
  let platform: TestPlatform;
  const shown = new Map<ServiceName, readonly ShownSample[]>();

  const read = async (service: ServiceName, path: string): Promise<string> =>
    (await fetch(`${platform.url(service)}${path}`)).text();

  beforeAll(async () => {
    platform = await startTestPlatform();
    await publishPlainly({ brokers: platform.brokers, topic: platform.eventsTopic }, [
      flightMessage(platform, 'measured'),
    ]);
    // Monitoring is the last to see the event: its window of the results topic is the end of the way.
    await eventually(async () => (await read('monitoring', '/metrics')).includes('.results.v1'), {
      what: 'the event in the metrics of monitoring',
      timeoutMs: 20_000,
    });
    for (const service of SERVICES) {
      await read(service, '/v1/nothing');
      shown.set(service, samplesOf(await read(service, '/metrics')));
    }
  });
  afterAll(() => platform.stop());

  it.each(SERVICES)('%s shows nothing that is not in the catalogue, and no label that is not', (service) => {
    const known = new Map<string, CataloguedMetric>(
      catalogue.flatMap((metric) => seriesOf(metric).map((name) => [name, metric] as const)),
    );
    const strange = (shown.get(service) ?? []).flatMap(({ name, labels }) => {
      const metric = known.get(name);
      if (metric === undefined) return [name];
      const allowed = [...metric.labels, ...(metric.kind === 'histogram' ? ['le'] : [])];
      return labels.filter((label) => !allowed.includes(label)).map((label) => `${name}{${label}}`);
    });
    expect([...new Set(strange)]).toEqual([]);
  });

  it.each(SERVICES)('%s shows what the catalogue says it shows once an event has passed', (service) => {
    const names = new Set((shown.get(service) ?? []).map(({ name }) => name));
    const missing = catalogue
      .filter(({ shownBy }) => shownBy.includes('all') || shownBy.includes(service))
      .filter(({ name }) => !NOT_ON_A_GOOD_DAY.has(name))
      .flatMap(seriesOf)
      .filter((name) => !names.has(name));
    expect(missing).toEqual([]);
  });

  it.each(SERVICES)('%s labels its metrics as the catalogue says', (service) => {
    const samples = shown.get(service) ?? [];
    const unlabelled = catalogue.flatMap((metric) => {
      const [first] = seriesOf(metric);
      const sample = samples.find(({ name }) => name === first);
      return metric.labels.filter((label) => sample !== undefined && !sample.labels.includes(label));
    });
    expect(unlabelled).toEqual([]);
  });
});
