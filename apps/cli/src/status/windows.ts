import { type ModelPerformance, type WindowsView, windowsViewSchema, type WindowView } from '@pitwall/contracts';
import { getJson } from '../connection/http.js';

/** How a model did, over all windows that were looked at. */
export interface Performance {
  /** `name@version`, or `fallback`. */
  readonly model: string;
  readonly predictions: number;
  readonly labels: number;
  /** Share of the labelled decisions that were right; null without labels. */
  readonly accuracy: number | null;
  /** Sum of the realised values. */
  readonly value: number;
  readonly currency: string;
}

/** What monitoring has counted. */
export interface Watched {
  /** The newest window by event time; null while there is none. */
  readonly lastWindow: Pick<
    WindowView,
    'asOf' | 'decisions' | 'fallbacks' | 'from' | 'late' | 'latencyMs' | 'predictions' | 'results' | 'to'
  > | null;
  /** How many windows `performance` is about, and from when on. */
  readonly windows: { readonly count: number; readonly from: string | null };
  readonly performance: readonly Performance[];
}

const OK = 200;

/** Asks monitoring for the last windows of a pipeline; null where it does not answer or does not know the pipeline. */
export async function readWindows(url: string | null, pipeline: string, signal: AbortSignal): Promise<Watched | null> {
  if (url === null) return null;
  try {
    const answer = await getJson(`${url}/v1/pipelines/${encodeURIComponent(pipeline)}/windows`, signal);
    const view = answer.status === OK ? windowsViewSchema.safeParse(answer.body) : null;
    return view?.success === true ? watchedOf(view.data) : null;
  } catch {
    // Whether the service answers is said where the services are; here its part is left out.
    return null;
  }
}

/** What a status shows of the windows. */
export function watchedOf({ windows }: WindowsView): Watched {
  const last = windows.at(-1);
  const byModel = Map.groupBy(
    windows.flatMap(({ performance }) => performance),
    ({ model }) => model,
  );
  return {
    lastWindow: last === undefined ? null : pick(last),
    windows: { count: windows.length, from: windows[0]?.from ?? null },
    performance: [...byModel].map(([model, parts]) => ({ model, ...sumUp(parts) })),
  };
}

function pick(window: WindowView): Watched['lastWindow'] {
  const { from, to, predictions, results, late, fallbacks, decisions, latencyMs, asOf } = window;
  return { from, to, predictions, results, late, fallbacks, decisions, latencyMs, asOf };
}

function sumUp(parts: readonly ModelPerformance[]): Omit<Performance, 'model'> {
  const total = (of: (part: ModelPerformance) => number): number => parts.reduce((sum, part) => sum + of(part), 0);
  const known = parts.flatMap(({ figures }) => figures['accuracy'] ?? []);
  const n = known.reduce((sum, figure) => sum + figure.n, 0);
  const right = known.reduce((sum, { value, n: of }) => sum + (value ?? 0) * of, 0);
  return {
    predictions: total(({ predictions }) => predictions),
    labels: total(({ labels }) => labels),
    accuracy: n === 0 ? null : right / n,
    value: total(({ value }) => value),
    currency: parts[0]?.currency ?? '',
  };
}
