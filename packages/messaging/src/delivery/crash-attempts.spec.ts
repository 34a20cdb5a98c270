import {
  begun,
  type CrashNote,
  isCulprit,
  isSuspicious,
  nextSuspects,
  readCrashNote,
  suspected,
  writeCrashNote,
} from './crash-attempts.js';

/** The process dies: the next one finds the note, and begins. */
const died = (note: CrashNote): CrashNote => begun(readCrashNote(writeCrashNote(note)));

const afterDeaths = (deaths: number): CrashNote => {
  let note = begun(readCrashNote(null));
  for (let death = 0; death < deaths; death += 1) note = died(note);
  return note;
};

/** Handles records from `from` to `to`, one of which is deadly; answers the note that is left, or null where none died. */
function handle(note: CrashNote, { from, to }: { from: number; to: number }, deadly: number): CrashNote | null {
  let current = note;
  for (let at = from; at < to;) {
    if (isCulprit(current, at)) {
      at += 1;
      continue;
    }
    const range = nextSuspects(note, at);
    if (range.to > (note.suspects?.from ?? 0)) current = suspected(current, range);
    if (deadly >= range.from && deadly < range.to) return current;
    at = range.to;
  }
  return null;
}

describe('crash attempts', () => {
  it.each([
    [0, false],
    [2, false],
    [3, true],
    [10, true],
  ])('after %i deaths at one offset something is suspected: %s', (deaths, expected) => {
    expect(isSuspicious(afterDeaths(deaths))).toBe(expected);
  });

  it.each([0, 1, 31, 32, 1_000, 1_999])(
    'finds the deadly one among 2,000 records at %i within four more deaths',
    (deadly) => {
      let note = afterDeaths(3);
      for (let deaths = 0; deaths < 4; deaths += 1) {
        expect(isCulprit(note, deadly)).toBe(false);
        const left = handle(note, { from: 0, to: 2_000 }, deadly);
        note = died(left as CrashNote);
      }
      expect(isCulprit(note, deadly)).toBe(true);
      expect(handle(note, { from: 0, to: 2_000 }, deadly)).toBeNull();
    },
  );

  it('suspects another record anew', () => {
    let note = afterDeaths(3);
    for (let tries = 0; tries < 3; tries += 1) note = suspected(note, { from: 17, to: 18 });
    expect(isCulprit(note, 17)).toBe(true);
    note = suspected(note, { from: 18, to: 19 });
    expect([isCulprit(note, 17), isCulprit(note, 18)]).toEqual([false, false]);
  });

  it.each([
    '',
    'by somebody else',
    'pitwall starts=',
    'pitwall starts=3 suspects=1',
    'pitwall starts=3 suspects=1-2x2 more',
  ])('takes %j for nothing', (metadata) => {
    expect(readCrashNote(metadata)).toEqual({ starts: 0, suspects: null });
  });
});
