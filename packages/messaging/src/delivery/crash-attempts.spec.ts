import { begun, type CrashNote, deathsBy, nextSuspects, readCrashNote, writeCrashNote } from './crash-attempts.js';

const END = 2_000;

/** The process dies: the next one finds the note, and begins. */
const died = (note: CrashNote): CrashNote => begun(readCrashNote(writeCrashNote(note)), END);

const afterDeaths = (deaths: number): CrashNote => {
  let note = begun(readCrashNote(null), END);
  for (let death = 0; death < deaths; death += 1) note = died(note);
  return note;
};

/** Handles all suspects but those that are to blame; answers the note with which it dies, or null where it lives. */
function handle(note: CrashNote, deadly: number): CrashNote | null {
  for (let at = 0; at < END;) {
    const range = nextSuspects(note, at);
    const isBlamed = deathsBy(note, at) !== null;
    if (!isBlamed && deadly >= range.from && deadly < range.to) return { ...note, inHand: range };
    at = range.to;
  }
  return null;
}

describe('crash attempts', () => {
  it.each([
    [0, null],
    [2, null],
    [3, END],
    [10, END],
  ])('after %i deaths at one offset there are suspects up to %s', (deaths, until) => {
    expect(afterDeaths(deaths).until).toBe(until);
  });

  it.each([0, 1, 31, 32, 1_000, 1_999])(
    'finds the deadly one among 2,000 suspects at %i within four more deaths',
    (deadly) => {
      let note = afterDeaths(3);
      for (let deaths = 0; deaths < 4; deaths += 1) {
        expect(deathsBy(note, deadly)).toBeNull();
        note = died(handle(note, deadly) as CrashNote);
      }
      expect(deathsBy(note, deadly)).toBe(3);
      expect(handle(note, deadly)).toBeNull();
    },
  );

  it('remembers deaths by other records meanwhile', () => {
    let note = afterDeaths(3);
    for (const offset of [17, 3, 17, 3, 17]) note = died({ ...note, inHand: { from: offset, to: offset + 1 } });
    expect([deathsBy(note, 17), deathsBy(note, 3)]).toEqual([3, null]);
  });

  it('does not blame what was not in hand any more', () => {
    let note = afterDeaths(3);
    for (let deaths = 0; deaths < 5; deaths += 1) note = died({ ...note, inHand: null });
    expect(note.deaths).toEqual([]);
  });

  it('keeps all of it in the metadata of an offset', () => {
    const note = {
      starts: 7,
      until: 90,
      inHand: { from: 1, to: 33 },
      deaths: [
        { from: 3, to: 4, count: 2 },
        { from: 8, to: 40, count: 1 },
      ],
    };
    expect(readCrashNote(writeCrashNote(note))).toMatchObject({ ...note, inHand: { from: 1, to: 33 } });
  });

  it.each(['', 'by somebody else', 'pitwall starts=', 'pitwall starts=3 until=x', 'pitwall starts=3 until=4 more'])(
    'takes %j for nothing',
    (metadata) => {
      expect(readCrashNote(metadata)).toEqual({ starts: 0, until: null, inHand: null, deaths: [] });
    },
  );
});
