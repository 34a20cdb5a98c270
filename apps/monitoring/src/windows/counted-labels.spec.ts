import fc from 'fast-check';
import { type CountedLabel, changesOf } from './counted-labels.js';
import { noCounts, performanceOf, type WindowCounts } from './window-counts.js';

const MODEL = 'champion@1.0.0';

function label(parts: Partial<CountedLabel> & { readonly isPositive?: boolean } = {}): CountedLabel {
  const { isPositive = true, ...rest } = parts;
  const decision = {
    score: 0.7,
    isPositive,
    isActed: true,
    value: isPositive ? 8_000 : -4_000,
    labelDelayMs: 3_600_000,
  };
  return { resultId: 'a', eventTime: 0, model: MODEL, labelSource: 'arrivals', revision: 0, decision, ...rest };
}

/** Counts labels in batches, as they come, and remembers which is the counted one of each decision. */
function count(batches: readonly (readonly CountedLabel[])[]): WindowCounts {
  const counts = noCounts();
  const counted = new Map<string, CountedLabel>();
  for (const batch of batches) {
    const result = changesOf(batch, counted);
    for (const change of result.changes) change.count(counts);
    for (const best of result.counted) counted.set(best.resultId, best);
  }
  return counts;
}

describe('a corrected label', () => {
  it('takes the place of the one that was counted', () => {
    const corrected = count([[label()], [label({ revision: 1, isPositive: false })]]);
    expect(corrected).toEqual(count([[label({ revision: 1, isPositive: false })]]));
    expect(performanceOf(corrected, MODEL).totals).toMatchObject({
      truePositives: 0,
      falsePositives: 1,
      value: -4_000,
    });
  });

  it('that comes late changes nothing', () => {
    expect(count([[label({ revision: 2 })], [label({ revision: 1, isPositive: false })]])).toEqual(
      count([[label({ revision: 2 })]]),
    );
  });

  it('counts each decision once, whatever the order and the batches', () => {
    const labels = fc.array(
      fc.record({
        resultId: fc.constantFrom('a', 'b', 'c'),
        labelSource: fc.constantFrom('x', 'y'),
        revision: fc.nat(3),
      }),
    );
    fc.assert(
      fc.property(labels, fc.nat(), (list, cut) => {
        // What a source says at a revision is one thing: results refuses the other.
        const said = list.map((one) =>
          label({ ...one, isPositive: (one.revision + one.labelSource.length) % 2 === 0 }),
        );
        const at = cut % (said.length + 1);
        const inOneGo = count([said]);
        expect(count([said.slice(0, at), said.slice(at)])).toEqual(inOneGo);
        expect(count(said.toReversed().map((one) => [one]))).toEqual(inOneGo);
      }),
    );
  });
});
