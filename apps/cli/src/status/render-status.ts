import { count, counted, duration, percent } from '../output/words.js';
import type { Counts } from './counts.js';
import type { KeptDeadLetters } from './dead-letters.js';
import type { GroupLag } from './lags.js';
import type { PipelineStatus, StatusReport } from './report.js';
import type { Retention } from './retention.js';
import type { Watched } from './windows.js';

const SHORT_DIGEST = 12;
const STATES = { ready: 'ready', not_ready: 'NOT READY', unreachable: 'unreachable' } as const;

/** A status for a person. */
export function renderStatus(report: StatusReport): readonly string[] {
  return [
    ...report.services.flatMap(({ name, state, url, uptimeSeconds, reasons }) => [
      line(
        name,
        `${STATES[state].padEnd(11)}  ${url ?? '-'}${uptimeSeconds === null ? '' : `, up ${duration(uptimeSeconds)}`}`,
      ),
      ...reasons.map((reason) => `    ${reason}`),
    ]),
    line('kafka', `${report.kafka.answers ? 'answers    ' : 'unreachable'}  ${report.kafka.brokers ?? '-'}`),
    ...(report.kafka.reason === null ? [] : [`    ${report.kafka.reason}`]),
    ...report.pipelines.flatMap((pipeline) => ['', pipeline.name, ...renderPipeline(pipeline)]),
  ];
}

function line(label: string, text: string): string {
  return `${label.padEnd(12)} ${text}`;
}

function renderPipeline({
  model,
  lags,
  sinceStart,
  deadLetters,
  watched,
  retention,
}: PipelineStatus): readonly string[] {
  return [
    item(
      'model',
      model === null
        ? 'not known'
        : `${model.model}@${model.version} (${model.digest.slice(0, SHORT_DIGEST)}), since ${model.since}`,
    ),
    ...renderLags(lags),
    item('decided', decidedText(sinceStart)),
    item('dead letters', deadLetters === null ? deadSinceStart(sinceStart) : keptText(deadLetters)),
    ...renderWatched(watched),
    ...renderRetention(retention),
  ];
}

function decidedText({ decided, duplicates, sinceSeconds }: Counts): string {
  if (decided === null) return 'not known';
  const since = sinceSeconds === null ? '' : `, since results was started ${duration(sinceSeconds)} ago`;
  return `${count(decided)}, and ${counted(duplicates ?? 0, 'duplicate')}${since}`;
}

function keptText({ count: all, open, openByReason }: KeptDeadLetters): string {
  return `${count(open)} open of ${count(all)}${byReasonText(openByReason)}`;
}

/** All that can be said while results does not answer. */
function deadSinceStart({ deadLetters }: Counts): string {
  const total = Object.values(deadLetters).reduce((sum, of) => sum + of, 0);
  if (total === 0) return 'not known';
  return `${count(total)} since the services that answer were started${byReasonText(deadLetters)}`;
}

function byReasonText(byReason: Readonly<Record<string, number>>): string {
  const reasons = Object.entries(byReason).map(([reason, of]) => `${reason} ${count(of)}`);
  return reasons.length === 0 ? '' : `: ${reasons.join(', ')}`;
}

function item(label: string, text: string): string {
  return `  ${label.padEnd(12)} ${text}`;
}

function renderLags(lags: PipelineStatus['lags']): readonly string[] {
  if (lags === null) return [item('lag', 'not known')];
  if (lags.length === 0) return [item('lag', 'nobody has read yet')];
  return lags.map((lag, index) =>
    item(index === 0 ? 'lag' : '', `${lag.topic.padEnd(12)} ${lag.service.padEnd(10)} ${lagText(lag)}`),
  );
}

function lagText({ records, seconds, members }: GroupLag): string {
  const age = records === 0 || seconds === null ? '' : `, the oldest ${duration(seconds)} old`;
  return `${counted(records, 'record').padStart(9)}${age}${members === 0 ? ' (nobody reads)' : ''}`;
}

function renderWatched(watched: Watched | null): readonly string[] {
  if (watched === null) return [item('window', 'not known')];
  const { lastWindow, performance, windows } = watched;
  return [
    item('window', lastWindow === null ? 'none yet' : windowText(lastWindow)),
    ...performance.map((model, index) =>
      item(
        index === 0 ? 'performance' : '',
        `${performanceText(model)} (${counted(windows.count, 'window')} from ${windows.from})`,
      ),
    ),
  ];
}

function renderRetention(retention: Retention | null): readonly string[] {
  if (retention === null) return [item('retention', 'not known')];
  const { duplicatesRecognisedDays, families } = retention;
  return [
    item('retention', `duplicates are recognised for ${counted(duplicatesRecognisedDays, 'day')}`),
    ...families.map((family) => item('', familyText(family))),
  ];
}

function familyText({ family, days, generations, nextDropOn, lastDrop }: Retention['families'][number]): string {
  const drops = [
    ...(generations[0] === undefined ? [] : [`from ${generations[0]} on`]),
    ...(nextDropOn === null ? [] : [`next drop ${nextDropOn}`]),
    ...(lastDrop === null ? [] : [`last drop ${lastDrop.at}`]),
  ];
  return `${family.replaceAll('_', '-').padEnd(12)} ${[counted(days, 'day'), ...drops].join(', ')}`;
}

function windowText({
  from,
  to,
  predictions,
  results,
  decisions,
  late,
  fallbacks,
  latencyMs,
}: NonNullable<Watched['lastWindow']>): string {
  const decided = Object.entries(decisions).map(([decision, of]) => `${decision} ${count(of)}`);
  const latency = latencyMs.p50 === null ? [] : [`p50 ${ms(latencyMs.p50)} p99 ${ms(latencyMs.p99 ?? latencyMs.p50)}`];
  const facts = [
    ...decided,
    `late ${count(late)}`,
    ...(fallbacks === 0 ? [] : [`fallback ${count(fallbacks)}`]),
    ...latency,
  ];
  return `${from} to ${to}: ${counted(predictions, 'prediction')}, ${counted(results, 'result')}; ${facts.join(', ')}`;
}

function ms(value: number): string {
  return `${count(Math.round(value))} ms`;
}

function performanceText({
  model,
  predictions,
  labels,
  accuracy,
  value,
  currency,
}: Watched['performance'][number]): string {
  const known = `${model}: ${count(labels)} of ${counted(predictions, 'prediction')} labelled`;
  if (accuracy === null) return known;
  return `${known}, accuracy ${percent(accuracy)}, value ${value.toFixed(2)} ${currency}`;
}
