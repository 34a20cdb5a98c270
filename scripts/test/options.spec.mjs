import { readOptions } from './options.mjs';

const ROOMS = ['contracts', 'results'];

describe('the arguments of npm test', () => {
  it.each([
    [[], { phases: ['check', 'unit', 'int', 'e2e', 'chaos'], rooms: [] }],
    [['--chaos'], { phases: ['chaos'], rooms: [] }],
    [['--int'], { phases: ['int'], rooms: [] }],
    [['--e2e', '--unit'], { phases: ['unit', 'e2e'], rooms: [] }],
    [['results'], { phases: ['unit', 'int', 'e2e'], rooms: ['results'] }],
    [['results', '--unit'], { phases: ['unit'], rooms: ['results'] }],
  ])('%j', (argv, options) => {
    expect(readOptions(argv, ROOMS)).toEqual(options);
  });

  it('names the rooms there are when one is misspelt', () => {
    expect(readOptions(['result'], ROOMS)).toEqual({
      problem: 'There is no room named result; the rooms are contracts, results.',
    });
  });

  it('says how it is used after an unknown flag', () => {
    expect(readOptions(['--units'], ROOMS)).toEqual({ problem: expect.stringMatching(/--units[^]*npm test/) });
  });
});
