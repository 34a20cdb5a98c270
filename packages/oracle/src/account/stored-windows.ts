import { type Hop, HOPS } from '@pitwall/contracts';
import { COUNTED_KINDS, type CountedKind, windowKey, type WindowNumbers } from './own-windows.js';
import { readRows } from './read-rows.js';

/** What monitoring has stored. */
export interface StoredCounts {
  /** As far as the oracle counts them too, see `OwnWindows`. */
  readonly numbers: WindowNumbers;
  /** How many ids it remembers as counted, by kind. */
  readonly ids: Readonly<Record<CountedKind, number>>;
}

type Numbers = Readonly<Record<string, number>>;

interface Row {
  readonly kind: string;
  readonly start: number;
  readonly counts: Readonly<Record<string, Numbers>> & {
    readonly performance: Readonly<Record<string, { readonly totals: Numbers }>>;
    readonly hopLatencyMs: Readonly<Record<Hop, Numbers>>;
  };
}

const WINDOWS = `SELECT kind, extract(epoch FROM window_from)::float8 * 1000 AS start, counts
  FROM monitoring.window_counts WHERE pipeline = $1`;

const IDS = 'SELECT kind, count(*)::int AS ids FROM monitoring.counted_records WHERE pipeline = $1 GROUP BY kind';

/** Parts of a window that are plain counts by name. */
const PARTS = ['totals', 'missing', 'decisions', 'scores', 'deadLetters', 'latencyMs'] as const;

/** Totals of a model's performance; the others are sums of what these are counts of. */
const PERFORMANCE = ['predictions', 'truePositives', 'falsePositives', 'falseNegatives', 'trueNegatives'] as const;

/** Reads the windows of a pipeline, all partitions added up. */
export async function readStoredCounts(databaseUrl: string, pipeline: string): Promise<StoredCounts> {
  const numbers = new Map<string, number>();
  for (const { kind, start, counts } of await readRows<Row>(databaseUrl, WINDOWS, [pipeline])) {
    const add = (what: string, count: number): void => {
      const key = windowKey(kind, start, what);
      const sum = (numbers.get(key) ?? 0) + count;
      if (sum !== 0) numbers.set(key, sum);
      else numbers.delete(key);
    };
    for (const part of PARTS)
      for (const [name, count] of Object.entries(counts[part] ?? {})) add(`${part}.${name}`, count);
    for (const hop of HOPS)
      for (const [bin, count] of Object.entries(counts.hopLatencyMs[hop])) add(`hopLatencyMs.${hop}.${bin}`, count);
    for (const [model, { totals }] of Object.entries(counts.performance))
      for (const total of PERFORMANCE) add(`performance.${model}.${total}`, totals[total] ?? 0);
  }
  const counted = await readRows<{ kind: CountedKind; ids: number }>(databaseUrl, IDS, [pipeline]);
  const idsOf = (kind: CountedKind): number => counted.find((row) => row.kind === kind)?.ids ?? 0;
  const ids = Object.fromEntries(COUNTED_KINDS.map((kind) => [kind, idsOf(kind)]));
  return { numbers, ids: ids as Record<CountedKind, number> };
}
