import type { DeadLetterFilter } from '@pitwall/contracts';

/** Dead letters of one pipeline: those that are named, or those that a filter takes in. */
export interface Selection {
  readonly pipeline: string;
  readonly ids?: readonly string[] | undefined;
  readonly filter?: DeadLetterFilter | undefined;
}

/** Adds a value to those of a statement, and answers what it is called there. */
export type Parameter = (value: unknown) => string;

/** Collects the values of a statement. */
export function parametersInto(values: unknown[]): Parameter {
  return (value) => `$${values.push(value)}`;
}

/** SQL: the conditions on the row `letter` of `dead_letters`, joined by AND. */
export function conditionsOf({ pipeline, ids, filter = {} }: Selection, parameter: Parameter): string {
  const { reason, stage, fingerprint, from, to } = filter;
  return [
    `letter.pipeline = ${parameter(pipeline)}`,
    ...(ids === undefined ? [] : [`letter.dead_letter_id = ANY(${parameter(ids)}::uuid[])`]),
    ...(reason === undefined ? [] : [`letter.reason = ${parameter(reason)}`]),
    ...(stage === undefined ? [] : [`letter.stage = ${parameter(stage)}`]),
    ...(fingerprint === undefined ? [] : [`letter.fingerprint = ${parameter(fingerprint)}`]),
    ...(from === undefined ? [] : [`letter.dead_at >= ${parameter(new Date(from))}`]),
    ...(to === undefined ? [] : [`letter.dead_at < ${parameter(new Date(to))}`]),
  ].join(' AND ');
}
