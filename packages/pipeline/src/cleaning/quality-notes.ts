import type { QualityNote } from '@pitwall/contracts';

const NONE: readonly QualityNote[] = Object.freeze([]);
const MAX_FROM_CHARACTERS = 100;

/** What cleaning did to one event: at most one note a field. Allocates nothing until the first note. */
export class QualityNotes {
  private notes: QualityNote[] | undefined;

  /** All notes in the order in which their fields were first noted. */
  get list(): readonly QualityNote[] {
    return this.notes ?? NONE;
  }

  has(field: string): boolean {
    return this.notes?.some((note) => note.field === field) ?? false;
  }

  /** Keeps a note as it is, for notes that are the same for every event. */
  add(note: QualityNote): void {
    if (this.notes === undefined) this.notes = [note];
    else this.notes.push(note);
  }

  /** The field is null now, and was `from`. */
  missing(field: string, rule: string, from: unknown): void {
    this.set({ field, kind: 'missing', rule, from: shortened(from) });
  }

  /** The field has another value now. `from` is left out where the producer had sent nothing. */
  repaired(field: string, rule: string, from: unknown): void {
    this.set(
      from == null ? { field, kind: 'repaired', rule } : { field, kind: 'repaired', rule, from: shortened(from) },
    );
  }

  /** A later rule's note takes the place of an earlier one, but what the producer had sent stays. */
  private set(note: QualityNote): void {
    const index = this.notes?.findIndex((earlier) => earlier.field === note.field) ?? -1;
    const earlier = this.notes?.[index];
    if (this.notes === undefined || earlier === undefined) this.add(note);
    else this.notes[index] = earlier.from === undefined ? note : { ...note, from: earlier.from };
  }
}

function shortened(value: unknown): string | number | boolean | null {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > MAX_FROM_CHARACTERS ? text.slice(0, MAX_FROM_CHARACTERS).toWellFormed() : text;
}
