import {
  begun,
  type CrashNote,
  isCulprit,
  isSuspicious,
  nextSuspects,
  readCrashNote,
  suspected,
  triesOf,
  writeCrashNote,
} from '../delivery/crash-attempts.js';
import { identityIn } from '../headers.js';
import { dead } from '../outcomes.js';
import type { Assignment, InboundRecord, RecordBatch } from '../port.js';
import type { Burial } from './lane-intake.js';

/** Where consumers of this partition have died, by the note that they left with the committed offset. */
export class LaneCrashes {
  /** As it was found. */
  private readonly found: CrashNote;
  private note: CrashNote;
  private hasBegun = false;
  /** Records before this offset are handled a few at a time; null where there is no suspicion. */
  private suspectsTo: number | null = null;

  constructor(private readonly assignment: Assignment) {
    this.found = readCrashNote(assignment.committedMetadata);
    this.note = this.found;
  }

  /** To be called before the first records are handled: notes that somebody begins here. */
  async begin({ nextOffset }: RecordBatch): Promise<void> {
    if (this.hasBegun) return;
    const note = begun(this.note);
    await this.assignment.commit(this.startedAt, writeCrashNote(note));
    this.note = note;
    this.hasBegun = true;
    if (isSuspicious(note)) this.suspectsTo = nextOffset;
  }

  /** To be called at an orderly end: nobody has died here. */
  async end(committed: number): Promise<void> {
    if (this.hasBegun && committed === this.startedAt) await this.assignment.commit(committed);
  }

  /** What is to be committed with the next offset; undefined where there is nothing to say. */
  get metadata(): string | undefined {
    return this.suspectsTo === null ? undefined : writeCrashNote(this.note);
  }

  /** How many of the records from `at` on are to be handled together: all of them where they are above suspicion. */
  together(records: readonly InboundRecord[], at: number): number {
    const { offset } = records[at] as InboundRecord;
    if (this.suspectsTo !== null && offset >= this.suspectsTo) this.suspectsTo = null;
    if (this.suspectsTo === null) return records.length - at;
    const { to } = nextSuspects(this.found, offset);
    const end = records.findIndex((record, index) => index > at && record.offset >= to);
    return (end === -1 ? records.length : end) - at;
  }

  /** Why the record is to be given up; null where it is not known to have killed anybody. */
  burialOf(record: InboundRecord): Burial | null {
    if (this.suspectsTo === null || !isCulprit(this.note, record.offset)) return null;
    const attempts = triesOf(this.note);
    const message = `The process died each time that it handled this record by itself, after it had died at this place several times: ${attempts} tries.`;
    return { attempts, outcome: dead({ reason: 'crash_loop', message, identity: identityIn(record.headers) }) };
  }

  /** To be called right before suspects are handled: should the process die, it is known by which records. */
  async suspect(records: readonly InboundRecord[], doneTo: number): Promise<void> {
    if (this.suspectsTo === null) return;
    const range = { from: records[0]?.offset ?? 0, to: (records.at(-1)?.offset ?? -1) + 1 };
    // Those that come before the ones that were fatal did no harm, and must not hide them.
    if (range.to <= (this.found.suspects?.from ?? 0)) return;
    const note = suspected(this.note, range);
    await this.assignment.commit(doneTo, writeCrashNote(note));
    this.note = note;
  }

  private get startedAt(): number {
    return this.assignment.committedOffset ?? this.assignment.logStartOffset;
  }
}
