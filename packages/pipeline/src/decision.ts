import { PitwallError } from '@pitwall/contracts';
import type { DecisionPolicy } from './definition.js';

/** What was decided of one score. */
export interface Decision {
  readonly decision: string;
  /** The policy's threshold at that time. */
  readonly threshold: number;
  readonly policyVersion: string;
  /** Of the decision under the score, see {@link valueOf}; null where the fallback decided. */
  readonly expectedValue: { readonly amount: number; readonly currency: string } | null;
}

/** Amounts are cut to millionths: what differs below that is rounding of the arithmetic. */
const AMOUNT_SCALE = 1_000_000;

/**
 * Acts where the score (probability of the positive outcome, 0 to 1) reaches the threshold. Throws a {@link PitwallError}
 * `score_invalid` for anything that is no probability: a decision must never rest on NaN.
 */
export function decide(score: number, policy: DecisionPolicy): Decision {
  if (!(score >= 0 && score <= 1)) {
    throw new PitwallError(`Cannot decide on the score ${score}: expected a number from 0 to 1.`, {
      code: 'score_invalid',
    });
  }
  const decision = score >= policy.threshold ? policy.act : policy.hold;
  const { positive, negative } = policy.outcomes;
  const amount = score * valueOf(decision, positive, policy) + (1 - score) * valueOf(decision, negative, policy);
  return {
    decision,
    threshold: policy.threshold,
    policyVersion: policy.policyVersion,
    expectedValue: { amount: roundAmount(amount), currency: policy.currency },
  };
}

/** What is decided when no model answers, or undefined where the definition declares nothing and the pipeline has to wait. */
export function decideFallback(policy: DecisionPolicy): Decision | undefined {
  const { fallback, threshold, policyVersion } = policy;
  return fallback === null ? undefined : { decision: fallback.decision, threshold, policyVersion, expectedValue: null };
}

/** Value of one event in the policy's currency. Throws a {@link PitwallError} `unknown_outcome` for a pair that the policy does not know. */
export function valueOf(decision: string, outcome: string, policy: DecisionPolicy): number {
  const value = policy.values[decision]?.[outcome];
  if (value === undefined) throw unknownPair(decision, outcome, policy);
  return value;
}

/**
 * The name of the outcome that a label says was observed: true is the positive one, false the negative one, a text must be
 * one of the two by name. Undefined for any other text.
 */
export function labelOutcome(label: boolean | string, { outcomes }: DecisionPolicy): string | undefined {
  const { positive, negative } = outcomes;
  if (typeof label === 'boolean') return label ? positive : negative;
  return label === positive || label === negative ? label : undefined;
}

/**
 * Whether the decision was right, whatever it was worth: acted on the positive outcome, held on the negative one. Throws a
 * {@link PitwallError} `unknown_outcome` for a pair that the policy does not know.
 */
export function isCorrect(decision: string, outcome: string, policy: DecisionPolicy): boolean {
  const isKnown = decision === policy.act || decision === policy.hold;
  const observed = labelOutcome(outcome, policy);
  if (!isKnown || observed === undefined) throw unknownPair(decision, outcome, policy);
  return (decision === policy.act) === (observed === policy.outcomes.positive);
}

function unknownPair(decision: string, outcome: string, policy: DecisionPolicy): PitwallError {
  return new PitwallError(`The policy ${policy.policyVersion} has no value for ${decision} and ${outcome}.`, {
    code: 'unknown_outcome',
    details: { decision, outcome, known: policy.values },
  });
}

function roundAmount(amount: number): number {
  // `+ 0` turns -0 into 0: JSON has no -0.
  return Math.round(amount * AMOUNT_SCALE) / AMOUNT_SCALE + 0;
}
