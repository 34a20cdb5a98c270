import type { Violation } from '@pitwall/contracts';
import { LIMITS } from '@pitwall/contracts';
import type { ErrorObject } from 'ajv/dist/2020.js';
import { compileEventSchema } from './event-schema.js';

const MAX_GOT_CHARACTERS = 200;

/** What is wrong with an event: at most 50 violations, and how many there are in all. */
export interface Violations {
  readonly violations: readonly Violation[];
  readonly count: number;
}

/** Checks a raw event against the pipeline's schema; undefined where nothing is wrong. */
export type EventValidator = (event: unknown) => Violations | undefined;

/** Compiles the schema once. Throws what {@link compileEventSchema} throws; a loaded definition's schema never does. */
export function compileValidator(schema: Readonly<Record<string, unknown>>): EventValidator {
  const validate = compileEventSchema(schema);
  return (event) => {
    if (validate(event)) return undefined;
    const errors = validate.errors ?? [];
    return { violations: errors.slice(0, LIMITS.maxViolations).map(violationOf), count: errors.length };
  };
}

function violationOf(error: ErrorObject): Violation {
  const { instancePath, keyword, message = 'is not valid', data } = error;
  const property = propertyOf(error);
  const pointer = property === undefined ? instancePath : `${instancePath}/${escape(property)}`;
  const place = { pointer: pointer.toWellFormed(), rule: keyword, message: explain(error, message) };
  // Of a property that is not there, or that alone is too many, the whole object says nothing.
  return property === undefined ? { ...place, got: excerpt(data) } : place;
}

function propertyOf({ keyword, params }: ErrorObject): string | undefined {
  const key = keyword === 'required' ? 'missingProperty' : PROPERTY_PARAMETERS[keyword];
  const name: unknown = key === undefined ? undefined : params[key];
  return typeof name === 'string' ? name : undefined;
}

const PROPERTY_PARAMETERS: Readonly<Record<string, string>> = {
  additionalProperties: 'additionalProperty',
  unevaluatedProperties: 'unevaluatedProperty',
  dependentRequired: 'missingProperty',
};

function explain({ keyword, params }: ErrorObject, message: string): string {
  if (keyword === 'required') return 'must be present';
  if (keyword === 'enum') return `must be one of ${excerpt(params['allowedValues'])}`;
  if (keyword === 'const') return `must be ${excerpt(params['allowedValue'])}`;
  return message;
}

function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function excerpt(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > MAX_GOT_CHARACTERS ? `${json.slice(0, MAX_GOT_CHARACTERS)}…` : json;
}
