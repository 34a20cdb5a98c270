import { count, counted } from '../output/words.js';
import type { Settlement } from '../settlements/settlement.js';

/** What a replay has come to so far, in records. */
export interface ReplayCounts {
  /** Raw records of the range that were looked at. */
  readonly read: number;
  /** Those of the key and the event time that are meant. */
  readonly selected: number;
  /** Copies that an earlier replay has sent: they are left to the record that they are copies of. */
  readonly copies: number;
  /** Their event is decided from the same content: there is nothing left to do. */
  readonly decidedAlready: number;
  /** Their event is decided from other content: they can only become dead letters. */
  readonly reusedIds: number;
  /** Nobody can say which event they hold: they can only become dead letters. */
  readonly withoutIdentity: number;
  /** Published again; those that would be, in a dry run. */
  readonly sent: number;
}

/** What became of what was sent. */
export interface ReplayOutcome {
  readonly decided: number;
  /** Decided meanwhile, or by another record of the range. */
  readonly duplicates: number;
  /** By reason code. */
  readonly deadLetters: Readonly<Record<string, number>>;
  /** Nothing is known yet. */
  readonly unknown: number;
}

/** Counts while it goes on. */
export class ReplayTally {
  readonly counts = { read: 0, selected: 0, copies: 0, decidedAlready: 0, reusedIds: 0, withoutIdentity: 0, sent: 0 };
  #decided = 0;
  #duplicates = 0;
  readonly #deadLetters = new Map<string, number>();

  settled(settlement: Settlement): void {
    switch (settlement.kind) {
      case 'decided':
        this.#decided += 1;
        return;
      case 'duplicate':
        this.#duplicates += 1;
        return;
      case 'dead_letter': {
        const { reason } = settlement.letter;
        this.#deadLetters.set(reason, (this.#deadLetters.get(reason) ?? 0) + 1);
        return;
      }
      default:
        settlement satisfies never;
    }
  }

  outcome(unknown: number): ReplayOutcome {
    const deadLetters = Object.fromEntries([...this.#deadLetters].toSorted(([, one], [, other]) => other - one));
    return { decided: this.#decided, duplicates: this.#duplicates, deadLetters, unknown };
  }
}

/** A replay in lines for a person. `sentAsWell`: what is decided already was not left out. */
export function renderReplay(
  counts: ReplayCounts,
  outcome: ReplayOutcome | null,
  how: { readonly isDryRun: boolean; readonly includesDecided: boolean },
): readonly string[] {
  const { read, selected, copies, decidedAlready, reusedIds, withoutIdentity, sent } = counts;
  const line = (records: number, what: string): string => `  ${count(records).padStart(9)}  ${what}`;
  const optional = (records: number, what: string): string[] => (records === 0 ? [] : [line(records, what)]);
  return [
    `${counted(read, 'raw record')} in the range`,
    ...(selected === read ? [] : [line(selected, 'selected')]),
    ...optional(copies, 'copies that an earlier replay has sent: left alone'),
    line(decidedAlready, `decided already${how.includesDecided ? '' : ': left alone'}`),
    ...optional(reusedIds, 'under an id that is decided from other content'),
    ...optional(withoutIdentity, 'of which nobody can say what event they hold'),
    line(sent, how.isDryRun ? 'would be sent' : 'sent'),
    ...(outcome === null ? [] : renderOutcome(outcome, line)),
  ];
}

function renderOutcome(
  { decided, duplicates, deadLetters, unknown }: ReplayOutcome,
  line: (records: number, what: string) => string,
): readonly string[] {
  const dead = Object.entries(deadLetters);
  const total = dead.reduce((sum, [, of]) => sum + of, 0);
  return [
    line(decided, 'of these are decided now'),
    ...(duplicates === 0 ? [] : [line(duplicates, 'of these are duplicates')]),
    ...(total === 0
      ? []
      : [line(total, `of these are dead letters: ${dead.map(([reason, of]) => `${reason} ${count(of)}`).join(', ')}`)]),
    ...(unknown === 0 ? [] : [line(unknown, 'of these are still on their way')]),
  ];
}
