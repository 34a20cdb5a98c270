import { readOptions } from './options.mjs';

describe('options of npm run simulate', () => {
  it.each([
    ['nothing', [], { seeds: 10_000, firstSeed: 1 }],
    ['both', ['--seeds', '5', '--seed=70'], { seeds: 5, firstSeed: 70 }],
  ])('are read: %s', (_, argv, expected) => {
    expect(readOptions(argv)).toEqual(expected);
  });

  it.each([
    [['--seeds', '0'], /--seeds: got "0", expected a whole number from 1 to/],
    [['--seed', '1e3'], /--seed: got "1e3"/],
    [['--seed=-1'], /--seed: got "-1"/],
    [['--sed', '1'], /--sed/],
    [['5'], /5/],
  ])('are refused: %j', (argv, problem) => {
    expect(readOptions(argv)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it('are explained', () => {
    expect(readOptions(['--help'])).toEqual({ usage: expect.stringContaining('--seeds N') });
  });
});
