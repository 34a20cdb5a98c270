import type { MetricSpec } from '@pitwall/telemetry';

/** One value of `/metrics`. */
export interface Sample {
  /** As it is shown, e.g. `pitwall_decisions_total`. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? ([+-]?(?:Inf|\d[\d.eE+-]*)|NaN)/;
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/** Reads what `/metrics` answers (Prometheus text format 0.0.4); lines that hold no sample are left out. */
export function parseMetrics(text: string): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value = ''] = LINE.exec(line) ?? [];
    return name === undefined ? [] : [{ name, labels: labelsOf(labels), value: numberOf(value) }];
  });
}

function labelsOf(text: string): Record<string, string> {
  const labels = [...text.matchAll(LABEL)].map(([, name = '', value = '']) => [
    name,
    value.replaceAll(/\\(.)/g, (_, escaped: string) => ESCAPES[escaped] ?? escaped),
  ]);
  return Object.fromEntries(labels) as Record<string, string>;
}

function numberOf(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}

/** The samples of a metric; with `where`, those that have these labels, by the names of attributes. */
export function samplesOf(
  samples: readonly Sample[],
  { name, kind }: Pick<MetricSpec, 'kind' | 'name'>,
  where: Readonly<Record<string, string>> = {},
): readonly Sample[] {
  const shown = `${shownName(name)}${kind === 'counter' ? '_total' : ''}`;
  return samples.filter(
    (sample) =>
      sample.name === shown && Object.entries(where).every(([label, value]) => labelOf(sample, label) === value),
  );
}

/** The label of an attribute; empty where the sample has none. */
export function labelOf({ labels }: Sample, attribute: string): string {
  return labels[shownName(attribute)] ?? '';
}

/** The sum over the samples of a metric. */
export function sumOf(...of: Parameters<typeof samplesOf>): number {
  return samplesOf(...of).reduce((sum, { value }) => sum + value, 0);
}

function shownName(name: string): string {
  return name.replaceAll('.', '_');
}
