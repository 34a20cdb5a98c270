import { didYouMean } from './did-you-mean.js';

it.each([
  ['treshold', ['threshold', 'hold'], 'threshold'],
  ['hodl', ['act', 'hold'], 'hold'],
  ['TAILNUM', ['tailnum'], 'tailnum'],
  ['temp', ['tempo', 'temp_f'], 'tempo'],
  ['champion@1.0', ['champion@1.0.0', 'candidate-a@1.0.0'], 'champion@1.0.0'],
  ['xy', ['xz', 'ab'], 'xz'],
])('offers for %s of %j: %s', (got, candidates, expected) => {
  expect(didYouMean(got, candidates)).toBe(expected);
});

it.each([
  ['wind', ['temperature']],
  ['xy', ['ab']],
  ['anything', []],
  ['', ['name']],
])('offers nothing for %j of %j', (got, candidates) => {
  expect(didYouMean(got, candidates)).toBeUndefined();
});
