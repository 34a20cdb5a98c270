// Coefficients of Wichura's rational approximations, by ascending power of their argument.
const CENTRE_TOP = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
];
const CENTRE_BOTTOM = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852854,
];
const MIDDLE_TOP = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
];
const MIDDLE_BOTTOM = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
const TAIL_TOP = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
];
const TAIL_BOTTOM = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
  1.421511758316446e-7, 2.0442631033899397e-15,
];

/**
 * The value that a standard normal variable stays below with probability `p`: −∞ at 0, ∞ at 1, NaN outside 0 to 1.
 * Relative accuracy 1e-15. Wichura (1988), algorithm AS 241, PPND16.
 */
export function normalQuantile(p: number): number {
  const fromMiddle = p - 0.5;
  if (Math.abs(fromMiddle) <= 0.425) {
    const r = 0.180625 - fromMiddle * fromMiddle;
    return (fromMiddle * polynomial(CENTRE_TOP, r)) / polynomial(CENTRE_BOTTOM, r);
  }
  const tail = fromMiddle < 0 ? p : 1 - p;
  return fromMiddle < 0 ? -upperQuantile(tail) : upperQuantile(tail);
}

/**
 * The value that a standard normal variable exceeds with probability `p`. As {@link normalQuantile} of 1 − p, but keeps its
 * accuracy where p is tiny.
 */
function normalUpperQuantile(p: number): number {
  // `+ 0` turns -0 into 0.
  return -normalQuantile(p) + 0;
}

/**
 * Half-width of a two-sided normal interval in standard errors: 1.96 for a confidence of 0.95. Throws a RangeError unless the
 * confidence lies between 0 and 1, both excluded.
 */
export function standardErrors(confidence: number): number {
  return normalUpperQuantile((1 - checkedConfidence(confidence)) / 2);
}

/** The confidence itself. Throws a RangeError unless it lies between 0 and 1, both excluded. */
export function checkedConfidence(confidence: number): number {
  if (confidence > 0 && confidence < 1) return confidence;
  throw new RangeError(`Got ${confidence} as the confidence of an interval; expected a number between 0 and 1.`);
}

/** For a tail probability of at most 0.075. */
function upperQuantile(tail: number): number {
  if (tail === 0) return Infinity;
  const r = Math.sqrt(-Math.log(tail));
  if (r <= 5) return polynomial(MIDDLE_TOP, r - 1.6) / polynomial(MIDDLE_BOTTOM, r - 1.6);
  return polynomial(TAIL_TOP, r - 5) / polynomial(TAIL_BOTTOM, r - 5);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}
