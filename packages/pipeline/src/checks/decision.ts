import type { Finding } from '../definition-problem.js';
import { didYouMean } from '../did-you-mean.js';
import { PIPELINE_FILE, type DefinitionCheck } from './check.js';

/** Two decisions, two outcomes, a value for each pair and for nothing else, and a fallback that is one of the decisions. */
export const checkDecision: DefinitionCheck = ({ decision: policy }) => {
  if (policy === undefined) return [];
  const { act, hold, outcomes, values, fallback } = policy;
  const findings: Finding[] = [];
  const add = (path: PropertyKey[], got: unknown, expected: string): void => {
    findings.push({ file: PIPELINE_FILE, path: ['decision', ...path], got, expected });
  };
  if (act === hold) add(['hold'], hold, `another decision than act (${act})`);
  if (outcomes.positive === outcomes.negative)
    add(['outcomes', 'negative'], outcomes.negative, 'another name than positive');
  findings.push(...wrongKeys(values, [act, hold], ['decision', 'values']));
  for (const [decision, byOutcome] of Object.entries(values)) {
    findings.push(...wrongKeys(byOutcome, Object.values(outcomes), ['decision', 'values', decision]));
  }
  const taken = fallback?.decision;
  if (taken !== undefined && taken !== act && taken !== hold) add(['fallback', 'decision'], taken, `${act} or ${hold}`);
  return findings;
};

function wrongKeys(
  object: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  path: readonly PropertyKey[],
): Finding[] {
  const file = PIPELINE_FILE;
  const unknown = Object.keys(object).filter((key) => !keys.includes(key));
  const missing = keys.filter((key) => !Object.hasOwn(object, key));
  return [
    ...unknown.map((key) => ({
      file,
      path: [...path, key],
      got: key,
      expected: keys.join(' or '),
      didYouMean: didYouMean(key, keys),
    })),
    ...missing.map((key) => ({ file, path: [...path, key], got: undefined, expected: 'a value for this pair' })),
  ];
}
