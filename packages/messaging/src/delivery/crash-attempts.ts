/** Records of a partition, by offset; `to` is not one of them. */
export interface OffsetRange {
  readonly from: number;
  readonly to: number;
}

/**
 * What survives a crash of the process: a note in the metadata of a committed offset. It is written when a consumer begins with
 * a partition, and vanishes as soon as the offset moves on.
 */
export interface CrashNote {
  /** How often consumers have begun at this offset. */
  readonly starts: number;
  /** The records that were handled last while something was suspected, and how often; null where nothing was. */
  readonly suspects: (OffsetRange & { readonly tries: number }) | null;
}

const NOTHING: CrashNote = { starts: 0, suspects: null };
const PATTERN = /^pitwall starts=(\d{1,9})(?: suspects=(\d{1,16})-(\d{1,16})x(\d{1,9}))?$/;

/** From so many starts at one offset on, it is found out by which record processes die. */
const MAX_STARTS = 3;
/** So many records at a time are handled at first, and where that kills the process, one by one. */
const SUSPECTS_AT_A_TIME = 32;
/** More than once, so that a process that was killed by others at a bad moment does not cost a record. */
const MAX_TRIES_ALONE = 3;

/** Reads the note; text of anybody else is as good as none. */
export function readCrashNote(metadata: string | null): CrashNote {
  const [, starts, from, to, tries] = PATTERN.exec(metadata ?? '') ?? [];
  if (starts === undefined) return NOTHING;
  const suspects = from === undefined ? null : { from: Number(from), to: Number(to), tries: Number(tries) };
  return { starts: Number(starts), suspects };
}

/** The note as it is committed. */
export function writeCrashNote({ starts, suspects }: CrashNote): string {
  const who = suspects === null ? '' : ` suspects=${suspects.from}-${suspects.to}x${suspects.tries}`;
  return `pitwall starts=${starts}${who}`;
}

/** A consumer begins where one may have died. */
export function begun(note: CrashNote): CrashNote {
  return { ...note, starts: note.starts + 1 };
}

/** Whether consumers have died so often here that it must be found out by which record. */
export function isSuspicious(note: CrashNote): boolean {
  return note.starts > MAX_STARTS;
}

/**
 * Which records to handle next while something is suspected, beginning with the one at `from`: one, if it was among those whose
 * handling has killed a process, some otherwise, up to the next such one.
 */
export function nextSuspects(note: CrashNote, from: number): OffsetRange {
  const { suspects } = note;
  if (suspects === null || from >= suspects.to) return { from, to: from + SUSPECTS_AT_A_TIME };
  if (from >= suspects.from) return { from, to: from + 1 };
  return { from, to: Math.min(from + SUSPECTS_AT_A_TIME, suspects.from) };
}

/** These records are about to be handled. */
export function suspected(note: CrashNote, { from, to }: OffsetRange): CrashNote {
  const before = note.suspects;
  const tries = before?.from === from && before.to === to ? before.tries + 1 : 1;
  return { ...note, suspects: { from, to, tries } };
}

/** Whether this record has killed every process that handled it by itself. */
export function isCulprit({ suspects }: CrashNote, offset: number): boolean {
  return suspects?.from === offset && suspects.to === offset + 1 && suspects.tries >= MAX_TRIES_ALONE;
}

/** How often the record has been tried, by this note. */
export function triesOf(note: CrashNote): number {
  return note.starts + (note.suspects?.tries ?? 0);
}
