/** A generator of numbers from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;

const TWO_TO_32 = 2 ** 32;

/**
 * The same numbers for the same seed and index, whatever came before: so a replay that goes on in the middle treats each
 * flight as one that began at the start. (Steele, Lea and Flood's SplitMix with the 32-bit finaliser of MurmurHash3.)
 */
export function randomAt(seed: number, index: number): Random {
  let state = mix(Math.imul(seed | 0, 0x9e37_79b1) ^ mix(index | 0));
  return () => {
    state = (state + 0x9e37_79b9) | 0;
    return (mix(state) >>> 0) / TWO_TO_32;
  };
}

function mix(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return bits ^ (bits >>> 16);
}

/** A whole number from 0 to `below` - 1. */
export function wholeBelow(random: Random, below: number): number {
  return Math.floor(random() * below);
}
