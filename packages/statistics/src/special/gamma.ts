// Lanczos approximation with g = 607/128 (Godfrey 2001): relative accuracy 1e-15 for positive arguments.
const LANCZOS_G = 607 / 128;
const LANCZOS = [
  0.9999999999999971, 57.15623566586292, -59.59796035547549, 14.136097974741746, -0.4919138160976202,
  3.399464998481189e-5, 4.652362892704858e-5, -9.837447530487956e-5, 0.0001580887032249125, -0.00021026444172410488,
  0.00021743961811521265, -0.0001643181065367639, 8.441822398385275e-5, -2.6190838401581408e-5, 3.6899182659531625e-6,
];

const MOST_TERMS = 10_000;
const SMALLEST = 1e-300;

/** Natural logarithm of the gamma function of x > 0. */
function logGamma(x: number): number {
  const [first = 1, ...others] = LANCZOS;
  const series = others.reduce((sum, coefficient, at) => sum + coefficient / (x + at), first);
  const base = x + LANCZOS_G - 0.5;
  return (x - 0.5) * Math.log(base) - base + Math.log(Math.sqrt(2 * Math.PI) * series);
}

/**
 * Upper regularised incomplete gamma function Q(a, x), for a > 0 and x ≥ 0: 1 at x = 0, 0 at infinity, NaN for NaN. Keeps its
 * relative accuracy in the tail. Series below a + 1, continued fraction by Lentz's method above (Press et al., Numerical Recipes).
 */
export function upperGamma(a: number, x: number): number {
  if (x === 0) return 1;
  if (x === Infinity) return 0;
  const factor = Math.exp(a * Math.log(x) - x - logGamma(a));
  return x < a + 1 ? 1 - factor * lowerSeries(a, x) : factor * upperFraction(a, x);
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MOST_TERMS && Math.abs(term) > Math.abs(sum) * Number.EPSILON; n += 1) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / SMALLEST;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < MOST_TERMS; n += 1) {
    const numerator = n * (a - n);
    b += 2;
    d = 1 / awayFromZero(numerator * d + b);
    c = awayFromZero(b + numerator / c);
    const change = c * d;
    fraction *= change;
    if (Math.abs(change - 1) <= Number.EPSILON) break;
  }
  return fraction;
}

function awayFromZero(x: number): number {
  return Math.abs(x) < SMALLEST ? SMALLEST : x;
}
