import addFormats from 'ajv-formats';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { EventFields, type FieldState } from './event-fields.js';
import { isEventTime } from './event-time.js';

/**
 * Compiles a JSON Schema 2020-12 that reports all violations. Times (`date-time`) are checked by the parser that reads them
 * later. Throws what ajv throws on a schema that is none, refers to what is not there, or has an unknown keyword or format.
 */
export function compileEventSchema(schema: Readonly<Record<string, unknown>>): ValidateFunction {
  const ajv = newAjv();
  return ajv.compile(schema);
}

/** What is wrong with a schema as a schema, or nothing. */
export function schemaErrors(schema: unknown): readonly ErrorObject[] {
  const ajv = newAjv();
  if (typeof schema !== 'object' || schema === null) return [];
  return ajv.validateSchema(schema) === true ? [] : (ajv.errors ?? []);
}

function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    addUsedSchema: false,
    logger: false,
  });
  addFormats.default(ajv);
  ajv.addFormat('date-time', { type: 'string', validate: isEventTime });
  return ajv;
}

/** Reads the top-level `properties` and `required`, following local references. Knows nothing of `allOf` and the like: open. */
export function schemaFields(schema: Readonly<Record<string, unknown>>): EventFields {
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  const states = Object.entries(asObject(schema['properties'])).map(([name, sub]): [string, FieldState] => {
    const types = typesOf(sub, schema);
    return [name, { types, isAlwaysThere: required.has(name) && types !== undefined && !types.has('null') }];
  });
  return new EventFields(new Map(states));
}

/** Undefined: any type. */
function typesOf(sub: unknown, root: Readonly<Record<string, unknown>>): ReadonlySet<string> | undefined {
  const { $ref: reference, type, enum: values, const: constant } = asObject(sub);
  if (typeof reference === 'string') {
    const target = reference.startsWith('#/$defs/')
      ? asObject(root['$defs'])[reference.slice('#/$defs/'.length)]
      : undefined;
    return target === undefined || asObject(target)['$ref'] !== undefined ? undefined : typesOf(target, root);
  }
  if (typeof type === 'string' || Array.isArray(type)) return new Set([type].flat().map(jsonType));
  if (Array.isArray(values)) return new Set(values.map(typeOfValue));
  return constant === undefined ? undefined : new Set([typeOfValue(constant)]);
}

const jsonType = (type: unknown): string => (type === 'integer' ? 'number' : String(type));

const typeOfValue = (value: unknown): string => (value === null ? 'null' : typeof value);

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
