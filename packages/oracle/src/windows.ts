import { PitwallError, type WindowsView, windowsViewSchema } from '@pitwall/contracts';
import { type Performance, sumOf } from './performance.js';

const TIMEOUT_MS = 30_000;
const WINDOWS_AT_ONCE = 500;

/**
 * Reads every window of a pipeline over HTTP and adds up what they say of each model version.
 *
 * @throws PitwallError `unreadable_windows` where monitoring answers otherwise than with windows
 */
export async function readWindowPerformance(
  monitoringUrl: string,
  pipeline: string,
): Promise<ReadonlyMap<string, Performance>> {
  const byModel = new Map<string, Performance>();
  let to: string | null = null;
  for (;;) {
    const { windows } = await readWindows(monitoringUrl, pipeline, to);
    for (const { model, ...performance } of windows.flatMap(({ performance: models }) => models.map(performanceIn))) {
      byModel.set(model, sumOf([byModel.get(model) ?? sumOf([]), performance]));
    }
    if (windows.length < WINDOWS_AT_ONCE) return byModel;
    to = windows[0]?.from ?? null;
  }
}

/** The newest windows before a time; of all where it is null. */
async function readWindows(monitoringUrl: string, pipeline: string, to: string | null): Promise<WindowsView> {
  const range = new URLSearchParams({ limit: String(WINDOWS_AT_ONCE), ...(to === null ? {} : { to }) });
  const url = `${monitoringUrl}/v1/pipelines/${encodeURIComponent(pipeline)}/windows?${range.toString()}`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const body: unknown = await answer.json();
  if (answer.ok) return windowsViewSchema.parse(body);
  throw new PitwallError(`${url} answered ${answer.status}, expected windows: ${JSON.stringify(body)}`, {
    code: 'unreadable_windows',
  });
}

type ModelPerformance = WindowsView['windows'][number]['performance'][number];

function performanceIn({ model, predictions, labels, figures, value }: ModelPerformance): Performance & {
  readonly model: string;
} {
  const accuracy = figures['accuracy']?.value ?? 0;
  return { model, decisions: predictions, labelled: labels, correct: Math.round(accuracy * labels), value };
}

/** How many model versions have another performance in the windows than they should. */
export function differingModels(
  windows: ReadonlyMap<string, Performance>,
  expected: ReadonlyMap<string, Performance>,
): number {
  const nothing = sumOf([]);
  return [...new Set([...windows.keys(), ...expected.keys()])].filter((model) => {
    const [said, is] = [windows.get(model) ?? nothing, expected.get(model) ?? nothing];
    return (['decisions', 'labelled', 'correct', 'value'] as const).some((part) => said[part] !== is[part]);
  }).length;
}
