import { z } from 'zod';
import type { Finding } from '../definition-problem.js';
import { didYouMean } from '../did-you-mean.js';

type Issue = z.core.$ZodIssue;

/** Where the parsed document comes from and what it was parsed with. */
export interface ParsedDocument {
  readonly file: string;
  readonly document: unknown;
  readonly schema: z.core.$ZodType;
  /** Path of `document` within the file. */
  readonly at?: readonly PropertyKey[];
}

/** Every issue of a zod error as findings: place, what was got, what was expected, and a near name for unknown ones. */
export function findingsOf(error: z.core.$ZodError, source: ParsedDocument): Finding[] {
  return error.issues.flatMap((issue) => findingsOfIssue(issue, source));
}

function findingsOfIssue(issue: Issue, source: ParsedDocument): Finding[] {
  const { file, document, at = [] } = source;
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(source.schema, issue.path);
    return issue.keys.map((key) => ({
      file,
      path: [...at, ...issue.path, key],
      got: key,
      expected: `no key of this name (known: ${known.join(', ')})`,
      didYouMean: didYouMean(key, known),
    }));
  }
  const got = valueAt(document, issue.path);
  const near =
    issue.code === 'invalid_value' && typeof got === 'string' ? didYouMean(got, issue.values.map(String)) : undefined;
  return [{ file, path: [...at, ...issue.path], got, expected: expectation(issue), didYouMean: near }];
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return ARTICLES[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return issue.values.map((value) => JSON.stringify(value)).join(' or ');
  if (issue.code === 'too_small') return `${sizeOf(issue.origin)} of at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `${sizeOf(issue.origin)} of at most ${issue.maximum}`;
  if (issue.code === 'invalid_key') return issue.issues.slice(0, 1).map(expectation).join('');
  if (issue.code === 'invalid_union') return unionExpectation(issue.errors);
  return issue.message.replace(/^expected /, '');
}

const ARTICLES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
  tuple: 'a list',
};

function unionExpectation(branches: readonly (readonly Issue[])[]): string {
  const expectations = branches.flatMap((branch) => branch.slice(0, 1).map(expectation));
  return [...new Set(expectations)].join(' or ');
}

function sizeOf(origin: string): string {
  if (origin === 'string') return 'a text with a length';
  return origin === 'array' ? 'a list with a length' : 'a number';
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** The keys of the object schema at this path. */
function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const reached = path.reduce<unknown>((type, key) => step(type, key), unwrap(schema));
  return reached instanceof z.ZodObject ? Object.keys(reached.shape) : [];
}

function step(schema: unknown, key: PropertyKey): unknown {
  if (schema instanceof z.ZodObject) return unwrap(schema.shape[String(key)]);
  if (schema instanceof z.ZodArray) return unwrap(schema.element);
  return schema instanceof z.ZodRecord ? unwrap(schema.valueType) : undefined;
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? unwrap(schema.unwrap()) : schema;
}
