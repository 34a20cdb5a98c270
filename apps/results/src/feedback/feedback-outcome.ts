import { dead, done, DONE, type Outcome } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import type { Unjoinable } from '../outcomes/make-outcome.js';
import { outcomeRecord } from '../outcomes/outcome-record.js';
import type { JoinedFeedback } from '../outcomes/outcomes.service.js';
import type { Refusal } from '../storage/store-rows.js';
import type { Action, ActionSettlement } from './action.js';
import type { Label, LabelSettlement, StoredLabel } from './label.js';

/** What becomes of the record of a label that was settled. */
export function labelOutcomeOf(
  label: Label,
  settlement: LabelSettlement,
  { joined, definition }: { readonly joined: JoinedFeedback | null; readonly definition: PipelineDefinition },
): Outcome {
  switch (settlement.kind) {
    case 'inserted':
    case 'redelivered':
      return joined === null ? DONE : joinedOutcome(label, joined, definition);
    case 'copy':
      return DONE;
    case 'conflict':
      return conflicting(label, settlement.first);
    case 'refused':
      return refused(label, settlement);
    default:
      return settlement satisfies never;
  }
}

/** What becomes of the record of an action that was settled. */
export function actionOutcomeOf(action: Action, settlement: ActionSettlement): Outcome {
  return settlement.kind === 'refused' ? refused(action, settlement) : DONE;
}

const REMEDY = {
  unknown_outcome: 'bring the values back into the definition',
  derived_too_large: 'give its source a shorter name',
} as const satisfies Readonly<Record<Unjoinable['reason'], string>>;

/** A label without decision waits, and one that a higher revision has replaced is kept: nothing is sent of these. */
function joinedOutcome(
  { outcomeId, identity }: Label,
  joined: JoinedFeedback,
  definition: PipelineDefinition,
): Outcome {
  const unjoinable = joined.unjoinable.get(outcomeId);
  if (unjoinable !== undefined) {
    const { reason, message } = unjoinable;
    return dead({ reason, message: `${message} The label is kept; ${REMEDY[reason]} and redrive.`, identity });
  }
  const publication = joined.publications.get(outcomeId);
  return publication === undefined ? DONE : done(outcomeRecord(publication, definition));
}

function conflicting(
  { identity, label, labelSource, revision }: Label,
  { label: stored, origin }: StoredLabel,
): Outcome {
  const { topic, partition, offset } = origin;
  return dead({
    reason: 'label_conflict',
    message:
      `Revision ${revision} of the label source ${JSON.stringify(labelSource)} says ${JSON.stringify(label)} of the event ` +
      `${JSON.stringify(identity.id)} of source ${JSON.stringify(identity.source)}, but the record at ${topic} partition ${partition} ` +
      `offset ${offset} said ${JSON.stringify(stored)} in the same revision. The first stays; send a correction as revision ${revision + 1} or higher.`,
    identity,
  });
}

function refused({ kind, identity }: Label | Action, { sqlState, message }: Refusal): Outcome {
  return dead({
    reason: 'storage_refused',
    message: `PostgreSQL refuses to store this ${kind} alone: ${message} (SQLSTATE ${sqlState}).`,
    identity,
  });
}
