import type { Violation } from '@pitwall/contracts';
import { z } from 'zod';
import { jsonPointer } from '../definition-problem.js';
import type { EventFields } from '../event-fields.js';
import type { Feature } from '../feature.js';
import type { ReferenceProfile } from '../files/profile.schema.js';
import type { QualityNotes } from './quality-notes.js';

/** A raw event: a JSON object. Cleaning changes it in place. */
export type EventRecord = Record<string, unknown>;

/**
 * A rule made ready for one definition: changes the record in place, or returns why the whole event is rejected. It notes
 * every value that it makes missing or puts in the place of another; what means the same in another form needs no note.
 * Never throws, whatever the values are. Run twice, it changes nothing the second time.
 */
export type CleaningStep = (record: EventRecord, notes: QualityNotes) => Violation | undefined;

/** What a rule may know when it is checked and compiled. */
export interface CleaningContext {
  /** As the rules before this one leave them. */
  readonly fields: EventFields;
  readonly features: readonly Feature[];
  readonly profile: ReferenceProfile;
}

/** What is wrong with a rule's configuration, at a path within it. */
export interface RuleFinding {
  readonly path: readonly PropertyKey[];
  readonly got: unknown;
  readonly expected: string;
  readonly didYouMean?: string | undefined;
}

/** A field that a rule's configuration names, and where. */
export interface NamedField {
  readonly field: string;
  readonly path: readonly PropertyKey[];
}

/** A kind of repair. To add one: a file of its own and a line in the list of `cleaning/index.ts`. */
export interface CleaningRule<Config> {
  /** As in `pipeline.yaml`, in kebab case. */
  readonly name: string;
  /** One sentence for the reference. */
  readonly summary: string;
  readonly config: z.ZodType<Config>;
  /** The fields that it looks at, which must be there before it. */
  fields(config: Config): readonly NamedField[];
  /** What the schema of the configuration cannot say. The fields are known to exist. */
  check(config: Config, context: CleaningContext): readonly RuleFinding[];
  /** The fields as it leaves them: what can be missing now, or not any more, what has another type, what is new. */
  after(config: Config, fields: EventFields): EventFields;
  compile(config: Config, context: CleaningContext): CleaningStep;
}

/** A list of fields, the same for every rule that has one. */
export const fieldList = z.array(z.string().min(1)).min(1);

/** What becomes of a value that a rule can do nothing with. */
export const otherwise = z.enum(['missing', 'reject']);

/** The fields of a {@link fieldList} under `fields`. */
export function fieldsOfList(fields: readonly string[]): NamedField[] {
  return fields.map((field, index) => ({ field, path: ['fields', index] }));
}

/** Findings for the fields that can never hold a text. */
export function fieldsWithoutText(named: readonly NamedField[], fields: EventFields): RuleFinding[] {
  return named
    .filter(({ field }) => !fields.allows(field, 'string'))
    .map(({ field, path }) => ({ path, got: field, expected: 'a field with texts' }));
}

const MAX_GOT_CHARACTERS = 200;

/** Why a rule rejects the event of which `field` holds `value`. */
export function violationOf(at: { field: string; value: unknown; rule: string; message: string }): Violation {
  const got = JSON.stringify(at.value) ?? 'nothing';
  return {
    pointer: jsonPointer([at.field]),
    rule: at.rule,
    message: at.message,
    got: got.length > MAX_GOT_CHARACTERS ? got.slice(0, MAX_GOT_CHARACTERS).toWellFormed() : got,
  };
}
