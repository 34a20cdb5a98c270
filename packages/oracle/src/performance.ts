import type { ResultEvidence } from './evidence.js';
import type { OutcomeEvidence } from './label-evidence.js';

/** How decisions did, by the labels that came. */
export interface Performance {
  readonly decisions: number;
  readonly labelled: number;
  readonly correct: number;
  /** Sum of the realised values, in the currency of the pipeline. */
  readonly value: number;
}

/** The last word on each decision: the outcome of the highest revision, by result id. */
export function finalOutcomes(outcomes: Iterable<OutcomeEvidence>): ReadonlyMap<string, OutcomeEvidence> {
  const final = new Map<string, OutcomeEvidence>();
  for (const outcome of outcomes) {
    const known = final.get(outcome.resultId);
    if (known === undefined || outcome.revision > known.revision) final.set(outcome.resultId, outcome);
  }
  return final;
}

/** How each model version did, `fallback` among them, by what the topics say. */
export function performanceByModel(
  results: Iterable<Pick<ResultEvidence, 'model'>>,
  outcomes: Iterable<OutcomeEvidence>,
): ReadonlyMap<string, Performance> {
  const byModel = new Map<string, Performance>();
  const add = (model: string, more: Performance): void => {
    byModel.set(model, sumOf([byModel.get(model) ?? NONE, more]));
  };
  for (const { model } of results) add(model, { ...NONE, decisions: 1 });
  for (const { model, isCorrect, amount } of finalOutcomes(outcomes).values()) {
    add(model, { decisions: 0, labelled: 1, correct: isCorrect ? 1 : 0, value: amount });
  }
  return byModel;
}

const NONE: Performance = { decisions: 0, labelled: 0, correct: 0, value: 0 };

/** Adds up; all zero for nothing. Values are rounded to hundredths, so that the order of adding does not show. */
export function sumOf(parts: Iterable<Performance>): Performance {
  let { decisions, labelled, correct, value } = NONE;
  for (const part of parts) {
    decisions += part.decisions;
    labelled += part.labelled;
    correct += part.correct;
    value = Math.round((value + part.value) * 100) / 100;
  }
  return { decisions, labelled, correct, value };
}
