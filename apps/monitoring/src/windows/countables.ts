import {
  resultIdOf,
  type DeadLetter,
  type OutcomeMessage,
  type PredictionMessage,
  type ResultMessage,
} from '@pitwall/contracts';
import type { Feature } from '@pitwall/pipeline';
import { countPrediction } from '@pitwall/statistics';
import type { Countable } from './countable.js';
import { countLatencies, type Latencies, NO_LATENCIES } from './latencies.js';
import { countScore, increment, modelKey, performanceOf, type WindowCounts } from './window-counts.js';

/** A prediction falls into the window of its event time; quality of its features, scores, lateness. */
export function countablePrediction(
  prediction: PredictionMessage,
  features: readonly Feature[],
  latencies: Latencies,
): Countable {
  return {
    id: resultIdOf(prediction.pipeline, prediction),
    time: Date.parse(prediction.eventTime),
    latencies,
    count: (into) => {
      countQualityAndScore(into, prediction, features);
      countLatencies(into, latencies);
    },
  };
}

function countQualityAndScore(into: WindowCounts, prediction: PredictionMessage, features: readonly Feature[]): void {
  increment(into.totals, 'predictions');
  if (prediction.late) increment(into.totals, 'late');
  if (prediction.fallback !== null) increment(into.totals, 'fallbacks');
  countQuality(into, prediction, features);
  for (const score of prediction.scores) if (score.role === 'champion') countScore(into, score.score);
}

function countQuality(into: WindowCounts, prediction: PredictionMessage, features: readonly Feature[]): void {
  const repaired = new Set(prediction.notes.filter((note) => note.kind === 'repaired').map((note) => note.field));
  for (const { name, field } of features) {
    if ((prediction.features[name] ?? null) === null) increment(into.missing, name);
    if (repaired.has(field)) increment(into.repaired, name);
  }
}

/** A result falls into the window of its event's time; the decision and how long the event took to it. */
export function countableResult(result: ResultMessage, latencies: Latencies): Countable {
  return {
    id: result.resultId,
    time: Date.parse(result.event.time),
    latencies,
    count: (into) => {
      increment(into.totals, 'results');
      increment(into.decisions, result.decision);
      countPrediction(performanceOf(into, modelKey(result.model)));
      countLatencies(into, latencies);
    },
  };
}

/** An outcome falls into the window of its event's time; what its label changes depends on those that came before. */
export function countableOutcome(outcome: OutcomeMessage, latencies: Latencies): Countable {
  return {
    id: outcome.outcomeId,
    time: Date.parse(outcome.event.time),
    latencies,
    count: (into) => countLatencies(into, latencies),
  };
}

/** A dead letter falls into the window in which its raw record was appended: its event time may be unreadable. */
export function countableDeadLetter(letter: DeadLetter): Countable {
  return {
    id: letter.deadLetterId,
    time: Date.parse(letter.origin.appendedAt),
    latencies: NO_LATENCIES,
    count: (into) => increment(into.deadLetters, letter.reason),
  };
}
