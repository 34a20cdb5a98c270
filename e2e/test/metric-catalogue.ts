import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DOCUMENT = fileURLToPath(new URL('../../docs/metrics.md', import.meta.url));

/** One row of docs/metrics.md. */
export interface CataloguedMetric {
  /** As shown at `/metrics`. */
  readonly name: string;
  readonly kind: string;
  readonly unit: string;
  readonly labels: readonly string[];
  /** Services, or `all`. */
  readonly shownBy: readonly string[];
  readonly meaning: string;
}

/** The catalogue of docs/metrics.md, in its order. */
export function readCatalogue(): readonly CataloguedMetric[] {
  return readFileSync(DOCUMENT, 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => cells.length === 8 && /^(counter|gauge|histogram)$/.test(cells[2] ?? ''))
    .map(([, name = '', kind = '', unit = '', labels = '', shownBy = '', meaning = '']) => ({
      name: plain(name),
      kind,
      unit: plain(unit),
      labels: listed(plain(labels)),
      shownBy: listed(shownBy),
      meaning,
    }));
}

/** The PromQL expressions in docs/metrics.md. */
export function documentedQueries(): readonly string[] {
  const [, questions = ''] = readFileSync(DOCUMENT, 'utf8').split(/\| PromQL +\|/);
  return [...questions.matchAll(/\| `([^`]+)` +\|/g)].map(([, query = '']) => query);
}

/** Names of time series by name of metric: a histogram has three. */
export function seriesOf({ name, kind }: CataloguedMetric): readonly string[] {
  return kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}

/** Names of the time series that an expression reads: what is left without labels, durations, functions and keywords. */
export function seriesIn(expression: string): readonly string[] {
  const left = expression
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '');
  return [...left.matchAll(/[a-zA-Z_:][\w:]*(?!\w*\s*\()/g)]
    .map(([name]) => name)
    .filter((name) => !/^(and|or|unless|offset|bool)$/.test(name));
}

function plain(cell: string): string {
  return cell.replaceAll('`', '');
}

function listed(cell: string): readonly string[] {
  return cell.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}
