import { parseChaosOptions } from './options.js';
import { SCENARIOS } from './scenarios/index.js';

const optionsOf = (...argv: string[]) => {
  const parsed = parseChaosOptions(argv);
  if (parsed.kind === 'end') throw new Error(parsed.text);
  return parsed.options;
};

describe('the arguments of npm run chaos', () => {
  it('mean all that the profile runs, where nothing is said', () => {
    const { scenarios, ...rest } = optionsOf();
    expect(scenarios).toEqual(SCENARIOS.filter(({ seconds }) => seconds.smoke !== null));
    expect(rest).toEqual({ profile: 'smoke', seed: 1, planted: false, json: null, list: false });
  });

  it('choose scenarios by name, also those that the profile leaves out', () => {
    expect(optionsOf('--scenario', 'poison, lost-acknowledgements').scenarios.map(({ name }) => name)).toEqual([
      'poison',
      'lost-acknowledgements',
    ]);
  });

  it('are read', () => {
    expect(optionsOf('--profile', 'full', '--seed', '7', '--planted', '--json', 'f', '--list')).toMatchObject({
      profile: 'full',
      seed: 7,
      planted: true,
      json: 'f',
      list: true,
    });
  });

  it.each([
    [['--scenario', 'posion'], 'there are: kill-each-service'],
    [['--profile', 'thorough'], 'smoke, full'],
    [['--seed', '-1'], 'whole number'],
    [['--colour'], 'unknown option'],
  ])('are refused with what was expected: %j', (argv, text) => {
    expect(parseChaosOptions(argv)).toEqual({ kind: 'end', exitCode: 2, text: expect.stringContaining(text) });
  });
});
