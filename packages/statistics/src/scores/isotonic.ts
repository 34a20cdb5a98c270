/** A point of the data: the mean `y` of `weight` > 0 observations at `x`. */
export interface WeightedPoint {
  readonly x: number;
  readonly y: number;
  readonly weight: number;
}

/** A rising curve by its corners, ascending in x and not falling in y; straight in between, level beyond. */
export type IsotonicCurve = readonly { readonly x: number; readonly y: number }[];

/**
 * The rising curve nearest to the points by weighted least squares, for calibrating scores. Points by strictly ascending x (one
 * for each score, a cell of the grid is one); a RangeError says if they are not. Empty for none. Pool adjacent violators, Barlow
 * et al. (1972).
 */
export function isotonicFit(points: readonly WeightedPoint[]): IsotonicCurve {
  const pools: Pool[] = [];
  let before = -Infinity;
  for (const { x, y, weight } of points) {
    if (!(x > before)) throw new RangeError(`Got x = ${x} after ${before}; expected points by ascending x.`);
    before = x;
    let pool: Pool = { from: x, to: x, y, weight };
    for (let last = pools.at(-1); last !== undefined && last.y >= pool.y; last = pools.at(-1)) {
      pools.pop();
      pool = pooled(last, pool);
    }
    pools.push(pool);
  }
  return pools.flatMap(({ from, to, y }) =>
    from === to
      ? [{ x: from, y }]
      : [
          { x: from, y },
          { x: to, y },
        ],
  );
}

/** The curve at a score: straight between corners, level beyond the ends; null for a curve without corners or a score of NaN. */
export function isotonicAt(curve: IsotonicCurve, x: number): number | null {
  const [first] = curve;
  if (first === undefined || Number.isNaN(x)) return null;
  let below = first;
  for (const corner of curve) {
    if (x <= corner.x) {
      if (x <= first.x || x === corner.x) return corner.y;
      const rise = ((corner.y - below.y) * (x - below.x)) / (corner.x - below.x);
      // Rounding must not lift it over the corner: the curve never falls.
      return Math.min(corner.y, below.y + rise);
    }
    below = corner;
  }
  return below.y;
}

interface Pool {
  readonly from: number;
  readonly to: number;
  readonly y: number;
  readonly weight: number;
}

function pooled(lower: Pool, upper: Pool): Pool {
  const weight = lower.weight + upper.weight;
  return { from: lower.from, to: upper.to, y: (lower.y * lower.weight + upper.y * upper.weight) / weight, weight };
}
