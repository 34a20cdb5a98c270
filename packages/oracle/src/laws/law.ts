import type { Account } from '../account/account.js';

/** A promise that can be checked when all is quiet. One file and one line in the list to add one. */
export interface Law {
  /** `L1` and so on. */
  readonly code: string;
  /** What holds, in a sentence. */
  readonly promise: string;
  /** A sentence per thing that does not; empty where it holds. */
  readonly violations: (account: Account) => readonly string[];
}

const EXAMPLES = 3;

/** One sentence of all that is wrong in the same way, with the first examples; nothing where nothing is. */
export function findings(what: string, wrong: readonly string[]): readonly string[] {
  if (wrong.length === 0) return [];
  const more = wrong.length > EXAMPLES ? ` and ${wrong.length - EXAMPLES} more` : '';
  return [`${wrong.length} ${what}: ${wrong.slice(0, EXAMPLES).join(', ')}${more}`];
}

/** One sentence of a count that has to be 0. */
export function counted(what: string, count: number): readonly string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}
