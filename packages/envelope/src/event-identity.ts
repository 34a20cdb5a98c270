import { defaultSource, derivedEventId, type EventIdentity, type Origin } from '@pitwall/contracts';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { isDead, type RecordContent } from './envelope.js';
import { identityHint, isUsable } from './identity-hint.js';
import { readEnvelope } from './read-envelope.js';

/** What it takes to say who an event without an id is. */
export interface IdentityScope {
  readonly definition: Pick<PipelineDefinition, 'event' | 'name'>;
  /** Of the raw record. */
  readonly origin: Origin;
  readonly clusterId: string;
}

/**
 * Who the event of a raw record is: the identity under which ingestion passes it on. Null where the record cannot be read that
 * far, so that it can only become a dead letter; an identity says nothing of the rest of the event.
 */
export function eventIdentity(record: RecordContent, scope: IdentityScope): EventIdentity | null {
  const { definition, origin, clusterId } = scope;
  const envelope = readEnvelope(record, { isIdRequired: true });
  if (isDead(envelope)) return null;
  if (envelope.id !== null || definition.event.id !== undefined) return identityHint(envelope, definition);
  const source = envelope.source ?? defaultSource(definition.name);
  return isUsable(source) ? { source, id: derivedEventId(clusterId, origin) } : null;
}
