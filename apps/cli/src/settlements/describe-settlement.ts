import { printable } from '../output/words.js';
import type { Settlement } from './settlement.js';

const SCORE_DIGITS = 4;

/** What has become of a record, for a person. */
export function describeSettlement(settlement: Settlement): string {
  switch (settlement.kind) {
    case 'decided': {
      const { decision, score, threshold, model, fallback } = settlement.result;
      const by = model == null ? [] : [`by ${printable(`${model.name}@${model.version}`)}`];
      const why = score == null ? [] : [`${score.toFixed(SCORE_DIGITS)} of ${threshold?.toFixed(SCORE_DIGITS) ?? '?'}`];
      const fallen = fallback == null ? [] : [`fallback: ${printable(fallback)}`];
      return ['decided:', printable(decision), ...why, ...by, ...fallen].join(' ');
    }
    case 'duplicate': {
      const { decision, decidedAt } = settlement.decision;
      return `duplicate: was decided at ${decidedAt}: ${printable(decision)}`;
    }
    case 'dead_letter': {
      const { stage, reason, message } = settlement.letter;
      return `dead letter of ${stage}, ${reason}: ${printable(message)}`;
    }
    default:
      return settlement satisfies never;
  }
}

/** What has become of a record, for a program. */
export function settlementJson(settlement: Settlement): Readonly<Record<string, unknown>> {
  switch (settlement.kind) {
    case 'decided':
      return { outcome: 'decided', result: settlement.result };
    case 'duplicate':
      return { outcome: 'duplicate', decision: settlement.decision };
    case 'dead_letter':
      return { outcome: 'dead_letter', deadLetter: settlement.letter };
    default:
      return settlement satisfies never;
  }
}
