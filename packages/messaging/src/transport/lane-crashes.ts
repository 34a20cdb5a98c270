import type { Dead } from '../batch-handler.js';
import {
  begun,
  type CrashNote,
  deathsBy,
  nextSuspects,
  readCrashNote,
  writeCrashNote,
} from '../delivery/crash-attempts.js';
import { identityIn } from '../headers.js';
import { dead } from '../outcomes.js';
import type { Assignment, InboundRecord } from '../port.js';

/** How a record is given up. */
export interface Burial {
  readonly outcome: Dead;
  readonly attempts: number;
}

/** Where consumers of this partition have died, by the note that they left with the committed offset. */
export class LaneCrashes {
  private note: CrashNote;
  private hasBegun = false;
  /** Where the note stands, unless an offset was committed after it. */
  private notedAt = 0;

  constructor(private readonly assignment: Assignment) {
    this.note = readCrashNote(assignment.committedMetadata);
  }

  /** To be called before the first records are handled, with the offset after them: notes that somebody begins here. */
  async begin(end: number): Promise<void> {
    if (this.hasBegun) return;
    const note = begun(this.note, end);
    await this.assignment.commit(this.startedAt, writeCrashNote(note));
    this.note = note;
    this.hasBegun = true;
  }

  /** To be called at an orderly end: nobody has died here. */
  async end(committed: number): Promise<void> {
    // Where it could not be noted that suspects are out of hand again, the next one would take it for a death.
    if (this.note.inHand !== null) await this.noteInHand(null, Math.max(committed, this.notedAt));
    else if (this.hasBegun && this.note.until === null && committed === this.startedAt)
      await this.assignment.commit(committed);
  }

  /** What is to be committed with this offset; undefined where there is nothing to say. */
  metadataAt(offset: number): string | undefined {
    return this.isSuspect(offset) ? writeCrashNote(this.note) : undefined;
  }

  /** Whether the record at this offset may be one that kills its process. */
  isSuspect(offset: number): boolean {
    return this.note.until !== null && offset < this.note.until;
  }

  /** How many of the records from `at` on may be handled together. */
  together(records: readonly InboundRecord[], at: number): number {
    const { offset } = records[at] as InboundRecord;
    if (!this.isSuspect(offset)) return records.length - at;
    const { to } = nextSuspects(this.note, offset);
    const end = records.findIndex((record, index) => index > at && record.offset >= to);
    return (end === -1 ? records.length : end) - at;
  }

  /** Why the record is to be given up; null where it is not known to have killed anybody. */
  burialOf({ offset, headers }: InboundRecord): Burial | null {
    const deaths = deathsBy(this.note, offset);
    if (deaths === null) return null;
    const message = `The process died each time that it handled this record by itself, ${deaths} times, after it had died at this place several times.`;
    return {
      attempts: this.note.starts,
      outcome: dead({ reason: 'crash_loop', message, identity: identityIn(headers) }),
    };
  }

  /** Runs work on suspects; should the process die of it, it is known which they were. */
  async watched<Result>(
    records: readonly InboundRecord[],
    { doneTo, work }: { readonly doneTo: number; readonly work: () => Promise<Result> },
  ): Promise<Result> {
    await this.noteInHand({ from: records[0]?.offset ?? 0, to: (records.at(-1)?.offset ?? -1) + 1 }, doneTo);
    try {
      return await work();
    } finally {
      await this.noteInHand(null, doneTo);
    }
  }

  private async noteInHand(inHand: CrashNote['inHand'], doneTo: number): Promise<void> {
    const note = { ...this.note, inHand };
    await this.assignment.commit(doneTo, writeCrashNote(note));
    this.notedAt = doneTo;
    this.note = note;
  }

  private get startedAt(): number {
    return this.assignment.committedOffset ?? this.assignment.logStartOffset;
  }
}
