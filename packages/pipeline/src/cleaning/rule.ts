import type { Violation } from '@pitwall/contracts';
import type { z } from 'zod';
import type { SchemaFields } from '../event-schema.js';
import type { Feature } from '../feature.js';
import type { ReferenceProfile } from '../files/profile.schema.js';
import type { QualityNotes } from './quality-notes.js';

/** A raw event: a JSON object. Cleaning changes it in place. */
export type EventRecord = Record<string, unknown>;

/**
 * A rule made ready for one definition: changes the record in place and notes every change, or returns why the whole
 * event is rejected. Never throws, whatever the values are. Run twice, it changes nothing the second time.
 */
export type CleaningStep = (record: EventRecord, notes: QualityNotes) => Violation | undefined;

/** What a rule may know when it is checked and compiled. */
export interface CleaningContext {
  readonly fields: SchemaFields;
  readonly features: readonly Feature[];
  readonly profile: ReferenceProfile;
}

/** What is wrong with a rule's configuration, at a path within it. */
export interface RuleFinding {
  readonly path: readonly PropertyKey[];
  readonly got: unknown;
  readonly expected: string;
}

/** A kind of repair. To add one: a file of its own and a line in the list of `cleaning/index.ts`. */
export interface CleaningRule<Config> {
  /** As in `pipeline.yaml`, in kebab case. */
  readonly name: string;
  /** One sentence for the reference. */
  readonly summary: string;
  readonly config: z.ZodType<Config>;
  /** The event's fields that it touches, each with its path in the configuration. */
  fields(config: Config): readonly { readonly field: string; readonly path: readonly PropertyKey[] }[];
  /** What it does to the question whether a field can be missing: `may` make it so, `never` leave it so, or nothing. */
  missing(config: Config): 'may' | 'never' | 'unchanged';
  /** What the schema of the configuration cannot say. The fields are known to exist. */
  check(config: Config, context: CleaningContext): readonly RuleFinding[];
  compile(config: Config, context: CleaningContext): CleaningStep;
}

/** A list that is the same for every rule that names fields under `fields`. */
export function fieldsOfList(fields: readonly string[]): { field: string; path: PropertyKey[] }[] {
  return fields.map((field, index) => ({ field, path: ['fields', index] }));
}
