import type { Account } from '../account/account.js';

/** Things that are wrong in the same way. */
export interface Finding {
  readonly count: number;
  /** Goes on after the count: `results have copies that differ`. */
  readonly what: string;
  /** Which; empty where only their number is known. */
  readonly examples: readonly string[];
}

/** A promise that can be checked when all is quiet. One file and one line in the list to add one. */
export interface Law {
  /** `L1` and so on. */
  readonly code: string;
  /** What holds, in a sentence. */
  readonly promise: string;
  /** What does not; empty where it holds. */
  readonly findings: (account: Account) => readonly Finding[];
}

const EXAMPLES = 3;

/** A finding in words, with its first examples. */
export function sentenceOf({ count, what, examples }: Finding): string {
  if (examples.length === 0) return `${count} ${what}`;
  const more = count > EXAMPLES ? ` and ${count - EXAMPLES} more` : '';
  return `${count} ${what}: ${examples.slice(0, EXAMPLES).join(', ')}${more}`;
}

/** All that is wrong in the same way; nothing where nothing is. */
export function found(what: string, examples: readonly string[]): readonly Finding[] {
  return examples.length === 0 ? [] : [{ count: examples.length, what, examples }];
}

/** A count that has to be 0. */
export function counted(what: string, count: number): readonly Finding[] {
  return count === 0 ? [] : [{ count, what, examples: [] }];
}
