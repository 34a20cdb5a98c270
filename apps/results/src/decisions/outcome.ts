import { resultsTopic } from '@pitwall/contracts';
import { dead, done, DONE, type Message, type Outcome } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { outcomeRecord } from '../outcomes/outcome-record.js';
import type { Publication } from '../storage/publication.js';
import type { Refusal } from '../storage/store-rows.js';
import type { Decision, StoredDecision } from './decision.js';
import type { SettledDecision } from './settled-decision.js';

/** What goes out with the decisions of a pipeline. */
export interface PublishedWith {
  readonly definition: PipelineDefinition;
  /** Of labels that were there before the decision. */
  readonly outcomes: readonly Publication[];
}

/** What becomes of a prediction whose decision was settled. Results keep the partition of their prediction. */
export function outcomeOf({ message, decision, settlement }: SettledDecision, published: PublishedWith): Outcome {
  switch (settlement.kind) {
    case 'inserted':
    case 'redelivered':
      return publish(message, settlement.publication, published);
    case 'duplicate':
      return DONE;
    case 'reused':
      return reused(decision, settlement.first);
    case 'refused':
      return refused(decision, settlement);
    default:
      return settlement satisfies never;
  }
}

function publish({ record }: Message, publication: Publication, { definition, outcomes }: PublishedWith): Outcome {
  const { key, value, headers } = publication;
  return done(
    { topic: resultsTopic.name(definition.name), partition: record.partition, key, value, headers },
    ...outcomes.map((outcome) => outcomeRecord(outcome, definition)),
  );
}

function reused(decision: Decision, first: StoredDecision['origin']): Outcome {
  const { identity, origin } = decision;
  return dead({
    reason: 'id_reused',
    message:
      `The id ${JSON.stringify(identity.id)} of source ${JSON.stringify(identity.source)} was decided from the record at ${first.topic} ` +
      `partition ${first.partition} offset ${first.offset} (content ${first.digest.slice(0, 12)}…); this record at partition ` +
      `${origin.partition} offset ${origin.offset} has other content (${origin.digest.slice(0, 12)}…). The first decision stays.`,
    identity,
  });
}

function refused({ identity }: Decision, { sqlState, message }: Refusal): Outcome {
  return dead({
    reason: 'storage_refused',
    message: `PostgreSQL refuses to store the decision of this event alone: ${message} (SQLSTATE ${sqlState}).`,
    identity,
  });
}
