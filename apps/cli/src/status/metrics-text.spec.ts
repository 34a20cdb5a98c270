import { ATTR, METRIC } from '@pitwall/telemetry';
import { labelOf, parseMetrics, samplesOf, sumOf } from './metrics-text.js';

const TEXT = `# HELP pitwall_decisions_total Predictions by what became of them.
# TYPE pitwall_decisions_total counter
pitwall_decisions_total{pitwall_pipeline="p",pitwall_settlement="inserted"} 1846
pitwall_decisions_total{pitwall_pipeline="q",pitwall_settlement="inserted"} 2
pitwall_decisions_total{pitwall_pipeline="p",pitwall_settlement="duplicate"} 85 1700000000000
process_uptime 18.5
odd{a="one, \\"two\\" \\\\ {three}",b="\\n"} +Inf
broken line
`;

describe('parseMetrics', () => {
  const samples = parseMetrics(TEXT);

  it('reads names, labels and values, and leaves out what is no sample', () => {
    expect(samples.map(({ name, value }) => [name, value])).toEqual([
      ['pitwall_decisions_total', 1846],
      ['pitwall_decisions_total', 2],
      ['pitwall_decisions_total', 85],
      ['process_uptime', 18.5],
      ['odd', Infinity],
    ]);
    expect(samples[4]?.labels).toEqual({ a: 'one, "two" \\ {three}', b: '\n' });
  });

  it('finds a metric and its labels by the names that the services write', () => {
    const where = { [ATTR.pipeline]: 'p', [ATTR.settlement]: 'inserted' };
    expect(sumOf(samples, METRIC.decisions, where)).toBe(1846);
    expect(sumOf(samples, METRIC.decisions)).toBe(1933);
    expect(samplesOf(samples, METRIC.uptime).map((sample) => labelOf(sample, ATTR.pipeline))).toEqual(['']);
  });
});
