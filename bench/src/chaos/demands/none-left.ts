import type { ReasonCode } from '@pitwall/contracts';
import { type Demand, only } from './demand.js';

/** No record is left with a dead letter of this reason and no decision: a decision of their identity closes the others. */
export function noneLeft(reason: ReasonCode): Demand {
  return ({ evidence }) => {
    const identities = new Map(evidence.raw.map(({ position, identity }) => [position, identity]));
    const open = [...evidence.deadLetters.values()].filter(
      (letter) => letter.reason === reason && !evidence.decisions.has(identities.get(letter.position) ?? ''),
    );
    return only(
      open.length === 0 ? [] : [`${open.length} dead letters ${reason} are left, and their events undecided`],
    );
  };
}
