import type { QualityNote } from '@pitwall/contracts';
import { QualityNotes } from './cleaning/quality-notes.js';
import type { CleaningStep, EventRecord } from './cleaning/rule.js';
import type { PipelineDefinition } from './definition.js';
import { schemaFields } from './event-schema.js';
import { compileValidator } from './event-validator.js';
import { compileFeatures, type FeatureValues } from './features.js';
import { compileIdentification, rejected, type EventEnvelope, type RejectedEvent } from './identity.js';
import { findUnstorableText } from './storable-text.js';

/** An event that a model can be asked about. */
export interface PreparedEvent {
  readonly isPrepared: true;
  /** Undefined where neither envelope nor definition names one: it is derived from the record then. */
  readonly id: string | undefined;
  /** Milliseconds since the epoch. */
  readonly eventTimeMs: number;
  readonly entity: string;
  readonly features: FeatureValues;
  readonly notes: readonly QualityNote[];
}

/**
 * Validates, identifies and cleans one raw event and takes its features. The event is **changed in place** by cleaning; it
 * must be parsed JSON within the limits of depth and size. Never throws.
 */
export type EventPath = (event: unknown, envelope?: EventEnvelope) => PreparedEvent | RejectedEvent;

/** What a definition says of events. */
export type EventDefinition = Pick<PipelineDefinition, 'event' | 'eventSchema' | 'cleaning' | 'features' | 'profile'>;

const NO_ENVELOPE: EventEnvelope = Object.freeze({});

/** Makes a definition ready for events. Compile once: that takes milliseconds, an event microseconds. */
export function compileEventPath(definition: EventDefinition): EventPath {
  const validate = compileValidator(definition.eventSchema);
  const prepare = compilePreparation(definition);
  return (event, envelope = NO_ENVELOPE) => {
    const invalid = validate(event);
    if (invalid !== undefined)
      return rejected('schema_violation', 'The event does not match event.schema.json', invalid);
    const unstorable = findUnstorableText(event);
    if (unstorable !== undefined) return rejected('text_not_storable', 'A text cannot be stored', unstorable);
    return prepare(event, envelope);
  };
}

/** The cleaning rules of a definition as one step, in their order; the first rule that rejects ends it. */
export function compileCleaning(definition: Omit<EventDefinition, 'event'>): CleaningStep {
  const { features, profile } = definition;
  let fields = schemaFields(definition.eventSchema);
  const steps = definition.cleaning.map((rule) => {
    const step = rule.compile({ fields, features, profile });
    fields = rule.after(fields);
    return step;
  });
  return (record, notes) => {
    for (const step of steps) {
      const violation = step(record, notes);
      if (violation !== undefined) return violation;
    }
    return undefined;
  };
}

/** What is done to an event whose shape is right. */
function compilePreparation(definition: EventDefinition): EventPathOfValid {
  const clean = compileCleaning(definition);
  const extract = compileFeatures(definition.features);
  const { idOf, timeOf, entityOf } = compileIdentification(definition.event);
  return (event, envelope) => {
    // A schema that leaves the type open lets a text or a list through.
    if (!isRecord(event)) return rejected('schema_violation', 'The event is not a JSON object', NOT_AN_OBJECT);
    const id = idOf(event, envelope);
    if (typeof id === 'object') return id;
    const eventTimeMs = timeOf(event, envelope);
    if (typeof eventTimeMs === 'object') return eventTimeMs;
    const notes = new QualityNotes();
    const refused = clean(event, notes);
    if (refused !== undefined) {
      return rejected('rejected_by_rule', 'A cleaning rule rejects the event', { violations: [refused], count: 1 });
    }
    const entity = entityOf(event, envelope);
    if (typeof entity === 'object') return entity;
    const taken = extract(event, notes);
    if ('violations' in taken) return rejected('schema_violation', 'The event lacks what a feature is made of', taken);
    return { isPrepared: true, id, eventTimeMs, entity, features: taken.features, notes: notes.list };
  };
}

type EventPathOfValid = (event: unknown, envelope: EventEnvelope) => PreparedEvent | RejectedEvent;

const NOT_AN_OBJECT = { violations: [{ pointer: '', rule: 'type', message: 'must be an object' }], count: 1 };

function isRecord(value: unknown): value is EventRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
