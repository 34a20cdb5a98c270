import fc from 'fast-check';
import { SCORE_GRID_BINS, scoreBinEdge, scoreBinOf } from './score-grid.js';

const bins = Array.from({ length: SCORE_GRID_BINS }, (_, bin) => bin);

describe('the score grid', () => {
  it('covers 0 to 1 without gap or overlap', () => {
    expect(scoreBinEdge(0)).toBe(0);
    expect(scoreBinEdge(SCORE_GRID_BINS)).toBe(1);
    for (const bin of bins) {
      expect(scoreBinOf(scoreBinEdge(bin))).toBe(bin);
      expect(scoreBinOf(scoreBinEdge(bin + 1) - Number.EPSILON / 2)).toBe(bin);
    }
  });

  it('has bins of at most 1/1,024, and of at most 1/64 of the distance to the nearer end but for the last 128', () => {
    for (const bin of bins) {
      const [from, to] = [scoreBinEdge(bin), scoreBinEdge(bin + 1)];
      const distance = Math.min(from, 1 - to);
      expect(to - from).toBeLessThanOrEqual(Math.min(1 / 1024, Math.max(distance / 64, 2 ** -26)));
    }
  });

  it('mirrors itself at one half', () => {
    for (const bin of bins) expect(scoreBinEdge(SCORE_GRID_BINS - bin)).toBe(1 - scoreBinEdge(bin));
  });

  it('puts every score between the edges of its bin', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (score) => {
        const bin = scoreBinOf(score);
        expect(scoreBinEdge(bin)).toBeLessThanOrEqual(score);
        expect(scoreBinEdge(bin + 1)).toBeGreaterThanOrEqual(score);
      }),
    );
  });

  it('keeps the order of scores', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
        expect(scoreBinOf(Math.min(a, b))).toBeLessThanOrEqual(scoreBinOf(Math.max(a, b)));
      }),
    );
  });

  it.each([
    [0, 0],
    [-0, 0],
    [Number.MIN_VALUE, 0],
    [1, SCORE_GRID_BINS - 1],
    [0.5, SCORE_GRID_BINS / 2],
  ])('puts %d into bin %d', (score, bin) => {
    expect(scoreBinOf(score)).toBe(bin);
  });
});
