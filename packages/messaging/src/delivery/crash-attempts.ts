/** Records of a partition, by offset; `to` is not one of them. */
export interface OffsetRange {
  readonly from: number;
  readonly to: number;
}

/** Records that were in hand when a process died, and how often. */
export interface Deaths extends OffsetRange {
  readonly count: number;
}

/**
 * What survives a crash of the process: a note in the metadata of a committed offset. It is written when a consumer begins with
 * a partition, and vanishes when the offset moves on, or past the suspects if there are any.
 */
export interface CrashNote {
  /** How often consumers have begun at this offset. */
  readonly starts: number;
  /** Records before this offset are suspects; null where nothing is suspected. */
  readonly until: number | null;
  /** Suspects that are being handled at this moment. */
  readonly inHand: OffsetRange | null;
  readonly deaths: readonly Deaths[];
}

const NOTHING: CrashNote = { starts: 0, until: null, inHand: null, deaths: [] };
const PATTERN =
  /^pitwall starts=(\d{1,9})(?: until=(\d{1,16}))?(?: inhand=(\d{1,16}-\d{1,16}))?(?: deaths=([\dx,-]+))?$/;
const DEATHS = /^(\d{1,16})-(\d{1,16})x(\d{1,9})$/;

/** From so many starts at one offset on, it is found out by which record processes die. */
const MAX_STARTS = 3;
/** So many records at a time are handled at first, and where that kills the process, one by one. */
const SUSPECTS_AT_A_TIME = 32;
/** More than once, so that a process that was killed by others at a bad moment does not cost a record. */
const MAX_DEATHS_ALONE = 3;
/** Older ones are forgotten: brokers keep notes of 4 KiB. */
const MAX_REMEMBERED = 16;

/** Reads the note; text of anybody else is as good as none. */
export function readCrashNote(metadata: string | null): CrashNote {
  const [, starts, until, inHand, deaths] = PATTERN.exec(metadata ?? '') ?? [];
  if (starts === undefined) return NOTHING;
  return {
    starts: Number(starts),
    until: until === undefined ? null : Number(until),
    inHand: inHand === undefined ? null : (deathsOf(`${inHand}x1`)[0] ?? null),
    deaths: deaths === undefined ? [] : deathsOf(deaths),
  };
}

function deathsOf(text: string): Deaths[] {
  return text.split(',').flatMap((one) => {
    const [, from, to, count] = DEATHS.exec(one) ?? [];
    return from === undefined ? [] : [{ from: Number(from), to: Number(to), count: Number(count) }];
  });
}

/** The note as it is committed. */
export function writeCrashNote({ starts, until, inHand, deaths }: CrashNote): string {
  return [
    `pitwall starts=${starts}`,
    ...(until === null ? [] : [`until=${until}`]),
    ...(inHand === null ? [] : [`inhand=${inHand.from}-${inHand.to}`]),
    ...(deaths.length === 0
      ? []
      : [`deaths=${deaths.map(({ from, to, count }) => `${from}-${to}x${count}`).join(',')}`]),
  ].join(' ');
}

/** A consumer begins where others may have died; `end` is where the first batch of records ends that it was handed. */
export function begun(found: CrashNote, end: number): CrashNote {
  const starts = found.starts + 1;
  const isSuspicious = found.until !== null || starts > MAX_STARTS;
  return {
    starts,
    until: isSuspicious ? Math.max(found.until ?? 0, end) : null,
    inHand: null,
    deaths: found.inHand === null ? found.deaths : withDeath(found.deaths, found.inHand),
  };
}

function withDeath(deaths: readonly Deaths[], { from, to }: OffsetRange): Deaths[] {
  const isSame = (one: OffsetRange): boolean => one.from === from && one.to === to;
  const count = (deaths.find(isSame)?.count ?? 0) + 1;
  return [...deaths.filter((one) => !isSame(one)), { from, to, count }].slice(-MAX_REMEMBERED);
}

/**
 * Which suspects to handle together, beginning with the one at `from`: it alone, if a process has died with it in hand, some
 * otherwise, up to the next such one.
 */
export function nextSuspects({ deaths }: CrashNote, from: number): OffsetRange {
  if (deaths.some((one) => one.from <= from && from < one.to)) return { from, to: from + 1 };
  const ahead = deaths.filter((one) => one.from > from).map((one) => one.from);
  return { from, to: Math.min(from + SUSPECTS_AT_A_TIME, ...ahead) };
}

/** How often processes have died with this record alone in hand, where that was often enough to blame it; else null. */
export function deathsBy({ deaths }: CrashNote, offset: number): number | null {
  const count = deaths.find(({ from, to }) => from === offset && to === offset + 1)?.count ?? 0;
  return count >= MAX_DEATHS_ALONE ? count : null;
}
