import type { Account } from '@pitwall/oracle';

/** What came of a demand. */
export interface Met {
  /** What was measured, a sentence each. */
  readonly remarks: readonly string[];
  /** What is not as demanded, a sentence each. */
  readonly violations: readonly string[];
}

/** Something that must hold in a scenario besides the laws of the oracle, which always do. One file to add one. */
export type Demand = (account: Account) => Met;

/** Of a demand that measures nothing, or finds nothing to say. */
export function only(violations: readonly string[]): Met {
  return { remarks: [], violations };
}
