import { daysBetween, expiredGenerations, generationDays, isDue, nextDropOn } from './generation-rules.js';

describe('generationDays', () => {
  it.each([
    [1, 1],
    [4, 1],
    [5, 2],
    [30, 8],
    [90, 23],
    [400, 100],
  ])('cuts a retention of %d days into generations of %d', (retentionDays, days) => {
    expect(generationDays(retentionDays)).toBe(days);
  });

  it('never has more than six generations at a time', () => {
    for (const retentionDays of [1, 2, 3, 4, 5, 7, 9, 30, 90]) {
      const generations: string[] = [];
      const at = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);
      let kept: readonly string[] = [];
      for (let day = 0; day <= retentionDays * 3; day += 1) {
        const newest = generations.at(-1);
        if (newest === undefined || isDue(newest, at(day), retentionDays)) generations.push(at(day));
        const gone = expiredGenerations(generations, at(day), retentionDays).length;
        kept = generations.slice(gone);
        expect(kept.length).toBeLessThanOrEqual(6);
      }
      expect(kept.length).toBeLessThan(generations.length);
    }
  });
});

describe('nextDropOn', () => {
  it('is the first day on which the oldest generation is expired', () => {
    const generations = ['2026-11-23', '2026-12-01', '2026-12-09'];
    expect(nextDropOn(generations, 30)).toBe('2027-01-01');
    expect(expiredGenerations(generations, '2026-12-31', 30)).toEqual([]);
    expect(expiredGenerations(generations, '2027-01-01', 30)).toHaveLength(1);
  });

  it('takes for granted that the successor of the only one begins on time, and is null without any', () => {
    expect(nextDropOn(['2026-11-23'], 30)).toBe('2027-01-01');
    expect(nextDropOn([], 30)).toBeNull();
  });
});

describe('isDue', () => {
  it.each([
    ['2026-11-23', '2026-11-23', false],
    ['2026-11-23', '2026-11-30', false],
    ['2026-11-23', '2026-12-01', true],
    ['2026-11-23', '2027-12-01', true],
    ['2026-11-23', '2026-01-01', false],
  ])('of one begun on %s, on %s, where 30 days are kept: %s', (newest, today, expected) => {
    expect(isDue(newest, today, 30)).toBe(expected);
  });
});

describe('expiredGenerations', () => {
  const generations = ['2026-01-01', '2026-01-11', '2026-01-21'];

  it.each([
    ['2026-02-01', []],
    // What was written on the 11th before the second began is 30 days old only when the day is over.
    ['2026-02-10', []],
    ['2026-02-11', ['2026-01-01']],
    ['2026-02-21', ['2026-01-01', '2026-01-11']],
    ['2036-02-21', ['2026-01-01', '2026-01-11']],
    ['2020-01-01', []],
  ])('on %s are %j', (today, expected) => {
    expect(expiredGenerations(generations, today, 30).map(({ startsOn }) => startsOn)).toEqual(expected);
  });

  it('says until when they were written', () => {
    expect(expiredGenerations(generations, '2026-02-11', 30)).toEqual([
      { startsOn: '2026-01-01', endedOn: '2026-01-11' },
    ]);
  });

  it('never has the only one', () => {
    expect(expiredGenerations(['2026-01-01'], '2036-01-01', 1)).toEqual([]);
    expect(expiredGenerations([], '2036-01-01', 1)).toEqual([]);
  });
});

it('counts days over the end of a leap February', () => {
  expect(daysBetween('2028-02-28', '2028-03-01')).toBe(2);
});
