import type { OutcomeMessage } from '@pitwall/contracts';
import type { DecisionPolicy } from '@pitwall/pipeline';
import { countLabelled, type LabelledDecision, uncountLabelled } from '@pitwall/statistics';
import type { Change } from './countable.js';
import { modelKey, performanceOf } from './window-counts.js';

/** Values are kept in hundredths of the currency's unit. */
export const VALUE_SCALE = 100;

/** The label by which a decision is counted: what has to be taken back when a better one comes. */
export interface CountedLabel {
  readonly resultId: string;
  readonly eventTime: number;
  readonly model: string;
  readonly labelSource: string;
  readonly revision: number;
  readonly decision: LabelledDecision;
}

/** What an outcome says, in the form that is counted. */
export function countedLabelOf(outcome: OutcomeMessage, policy: DecisionPolicy): CountedLabel {
  return {
    resultId: outcome.resultId,
    eventTime: Date.parse(outcome.event.time),
    model: modelKey(outcome.model),
    labelSource: outcome.labelSource,
    revision: outcome.revision,
    decision: {
      score: outcome.score,
      isPositive: outcome.positive,
      isActed: outcome.decision === policy.act,
      value: Math.round(outcome.value.amount * VALUE_SCALE),
      labelDelayMs: outcome.labelDelayMs,
    },
  };
}

/**
 * True where a label takes the place of the one that is counted: the higher revision does, of two sources at the same revision
 * the one that comes first by name. So it does not matter in which order they come.
 */
function replaces(label: CountedLabel, counted: CountedLabel): boolean {
  if (label.revision !== counted.revision) return label.revision > counted.revision;
  return label.labelSource < counted.labelSource;
}

/** Changes that labels make to the counts, and which label of each decision is the counted one afterwards. */
export interface LabelChanges {
  readonly changes: readonly Change[];
  readonly counted: readonly CountedLabel[];
}

/** Counts each decision by its best label: takes back what was counted by a lesser one. `counted` is by result id. */
export function changesOf(labels: readonly CountedLabel[], counted: ReadonlyMap<string, CountedLabel>): LabelChanges {
  const best = new Map<string, CountedLabel>();
  for (const label of labels) {
    const known = best.get(label.resultId) ?? counted.get(label.resultId);
    if (known === undefined || replaces(label, known)) best.set(label.resultId, label);
  }
  const changes = [...best.values()].flatMap((label) => {
    const before = counted.get(label.resultId);
    return before === undefined ? [counting(label)] : [takingBack(before), counting(label)];
  });
  return { changes, counted: [...best.values()] };
}

function counting({ eventTime, model, decision }: CountedLabel): Change {
  return { time: eventTime, count: (into) => countLabelled(performanceOf(into, model), decision) };
}

function takingBack({ eventTime, model, decision }: CountedLabel): Change {
  return { time: eventTime, count: (into) => uncountLabelled(performanceOf(into, model), decision) };
}
