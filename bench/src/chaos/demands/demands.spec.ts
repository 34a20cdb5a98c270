import type { Account } from '@pitwall/oracle';
import type { Demand } from './demand.js';
import { noneLeft } from './none-left.js';
import { nothingRedelivered } from './nothing-redelivered.js';
import { priceOfPoison } from './price-of-poison.js';
import { rateHeld } from './rate-held.js';

type Evidence = Account['evidence'];
type Given = Partial<{ [Part in keyof Evidence]: unknown }>;

/** Only what a demand looks at. */
const meet = (demand: Demand, evidence: Given, rest: Partial<Account> = {}): ReturnType<Demand> =>
  demand({ ...rest, evidence } as unknown as Account);

describe('nothingRedelivered', () => {
  it.each([
    [0, 0],
    [2, 1],
  ])('with %i copies finds %i violations', (copies, count) => {
    const { violations } = meet(nothingRedelivered, {}, { redelivered: new Map([['features', copies]]) });
    expect(violations).toHaveLength(count);
  });
});

describe('noneLeft', () => {
  const letters = new Map([['d', { position: '0:1', reason: 'rejected_by_rule' }]]);
  const raw = [{ position: '0:1', identity: '/p\na' }];

  it('finds letters whose events are not decided', () => {
    const { violations } = meet(noneLeft('rejected_by_rule'), { raw, deadLetters: letters, decisions: new Map() });
    expect(violations).toEqual(['1 dead letters rejected_by_rule are left, and their events undecided']);
  });

  it('is content with those that are, and does not look at other reasons', () => {
    const decisions = new Map([['/p\na', []]]);
    expect(meet(noneLeft('rejected_by_rule'), { raw, deadLetters: letters, decisions }).violations).toEqual([]);
    expect(meet(noneLeft('not_json'), { raw, deadLetters: letters, decisions: new Map() }).violations).toEqual([]);
  });
});

/** So many letters, evenly over so many seconds. */
const lettersOver = (count: number, seconds: number): Evidence['deadLetters'] =>
  new Map(
    Array.from({ length: count }, (_, at) => [
      String(at),
      { position: `0:${at}`, stage: 'ingestion', reason: 'not_json', appendedAt: 1e12 + (at * seconds * 1e3) / count },
    ]),
  );

describe('rateHeld', () => {
  it.each<[string, number, number, number]>([
    ['a burst and then the rate', 3_000, 10, 0],
    ['more than a burst at once', 3_000, 2, 1],
    ['too few to be held back', 300, 10, 1],
  ])('%s', (_, count, seconds, violations) => {
    expect(meet(rateHeld, { deadLetters: lettersOver(count, seconds) }).violations).toHaveLength(violations);
  });
});

describe('priceOfPoison', () => {
  const BLOCK_MS = 10_000;

  /** An event each 10 ms for 200 s, poison with them in every other block; each takes as long as it says. */
  const run = (latencyOf: (isPoisoned: boolean, at: number) => number): ReturnType<Demand> => {
    const times = Array.from({ length: 20_000 }, (_, at) => at * 10);
    const isPoisoned = (time: number): boolean => Math.floor(time / BLOCK_MS) % 2 === 1;
    const poison = times.filter((time) => isPoisoned(time) && time % 500 === 0);
    const results = times.map((time, at) => {
      const latencyMs = latencyOf(isPoisoned(time), at);
      return [String(time), { appendedAt: time + latencyMs, latencyMs }] as const;
    });
    const raw = [
      ...times.map((appendedAt) => ({ appendedAt, digest: 'good' })),
      ...poison.map((appendedAt) => ({ appendedAt, digest: 'bad' })),
    ];
    const sent = { isPoison: (digest: string) => digest === 'bad' } as Partial<Account['sent']> as Account['sent'];
    return meet(priceOfPoison, { raw, results: new Map(results) }, { sent });
  };

  it('lets a fifth pass', () => {
    const { violations, remarks } = run((isPoisoned, at) => (at % 50 === 0 ? (isPoisoned ? 119 : 100) : 20));
    expect(violations).toEqual([]);
    expect(remarks.join()).toMatch(/119 ms beside poison .* 100 ms apart from it .* 19 % more/);
  });

  it('and no more', () => {
    expect(run((isPoisoned, at) => (at % 50 === 0 && isPoisoned ? 121 : 100)).violations).toHaveLength(1);
  });

  it('does not compare what is too little', () => {
    const { violations } = meet(priceOfPoison, { raw: [], results: new Map() });
    expect(violations.join()).toMatch(/^Too few good events/);
  });
});
