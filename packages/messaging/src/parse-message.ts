import { LIMITS, type Violation } from '@pitwall/contracts';
import type { Dead } from './batch-handler.js';
import { dead } from './outcomes.js';
import { parseJson } from './parse-json.js';

/** The part of a zod schema that is needed here. */
export interface MessageSchema<Value> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: Value }
    | { readonly success: false; readonly error: { readonly issues: readonly SchemaIssue[] } };
}

/** One thing that a schema has against a value. */
export interface SchemaIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly code?: string | undefined;
}

/** A message on an internal topic, or the outcome of a record that is none. */
export type ParsedMessage<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly dead: Dead };

/**
 * Reads the value of a record on an internal topic by its contract. What does not match it was written by somebody else, or by
 * a version that is too far away: `contract_violation`.
 */
export function parseMessage<Value>(schema: MessageSchema<Value>, bytes: Buffer | null): ParsedMessage<Value> {
  if (bytes === null) return violated('Got a record without value, expected a message.', []);
  const json = parseJson(bytes);
  if (!json.ok) return violated(json.message, []);
  const parsed = schema.safeParse(json.value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const { issues } = parsed.error;
  return violated(
    `Got a message that breaks its contract in ${issues.length === 1 ? '1 place' : `${issues.length} places`}.`,
    issues,
  );
}

function violated(message: string, issues: readonly SchemaIssue[]): { ok: false; dead: Dead } {
  const violations = issues.slice(0, LIMITS.maxViolations).map(violationOf);
  return {
    ok: false,
    dead: dead({ reason: 'contract_violation', message, violations, violationCount: issues.length }),
  };
}

function violationOf(issue: SchemaIssue): Violation {
  const pointer = issue.path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return { pointer, rule: issue.code ?? 'contract', message: issue.message };
}
