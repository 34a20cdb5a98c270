import type { Finding } from '../definition-problem.js';
import { didYouMean } from '../did-you-mean.js';
import type { FeatureProfile } from '../files/profile.schema.js';
import { duplicates, PROFILE_FILE, type DefinitionCheck } from './check.js';

/** The profile knows every feature by its type and nothing else, and its counts add up. */
export const checkProfile: DefinitionCheck = ({ features, profile: file }) => {
  if (features === undefined || file === undefined) return [];
  const profile = file.reference;
  const names = features.map(({ name }) => name);
  const known = new Map(profile.features.map((reference) => [reference.name, reference]));
  const at = (index: number, key: string): PropertyKey[] => ['features', index, key];
  const unprofiled = names.filter((name) => !known.has(name));
  return [
    ...duplicates(
      PROFILE_FILE,
      profile.features.map(({ name }, index) => ({ value: name, path: at(index, 'name') })),
    ),
    ...unprofiled.map((name) => ({
      file: PROFILE_FILE,
      path: ['features'],
      got: undefined,
      expected: `a profile of the feature ${name}`,
    })),
    ...profile.features.flatMap((reference, index) => {
      const feature = features.find(({ name }) => name === reference.name);
      if (feature === undefined) {
        const expected = 'a feature of pipeline.yaml';
        return [
          {
            file: PROFILE_FILE,
            path: at(index, 'name'),
            got: reference.name,
            expected,
            didYouMean: didYouMean(reference.name, names),
          },
        ];
      }
      if (feature.type !== reference.type) {
        return [
          {
            file: PROFILE_FILE,
            path: at(index, 'type'),
            got: reference.type,
            expected: `${feature.type}, as in pipeline.yaml`,
          },
        ];
      }
      return checkCounts(reference, index, profile.rows);
    }),
  ];
};

function checkCounts(reference: FeatureProfile, index: number, rows: number): Finding[] {
  const file = PROFILE_FILE;
  if (reference.type === 'string') {
    const total = reference.missing + sum(reference.categories.map(({ count }) => count));
    return total === rows
      ? []
      : [{ file, path: ['features', index, 'categories'], got: total, expected: `counts that add up to ${rows} rows` }];
  }
  const { edges, counts, missing } = reference;
  const descent = edges.findIndex((edge, at) => at > 0 && edge < (edges[at - 1] ?? edge));
  if (descent > 0)
    return [{ file, path: ['features', index, 'edges', descent], got: edges[descent], expected: 'edges that ascend' }];
  if (counts.length !== edges.length - 1) {
    return [
      {
        file,
        path: ['features', index, 'counts'],
        got: counts.length,
        expected: `${edges.length - 1} counts, one fewer than edges`,
      },
    ];
  }
  const total = missing + sum(counts);
  return total === rows
    ? []
    : [{ file, path: ['features', index, 'counts'], got: total, expected: `counts that add up to ${rows} rows` }];
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
