import { parseBenchmarkOptions } from './options.js';

describe('the arguments of npm run bench', () => {
  it('have defaults', () => {
    expect(parseBenchmarkOptions([])).toEqual({
      kind: 'run',
      options: { events: 200_000, rate: 1_000, seconds: 30, json: null, cpuProf: null, strict: false },
    });
  });

  it('are read', () => {
    const argv = ['--events', '10', '--rate', '5', '--seconds', '0', '--json', 'f', '--cpu-prof', 'd', '--strict'];
    expect(parseBenchmarkOptions(argv)).toEqual({
      kind: 'run',
      options: { events: 10, rate: 5, seconds: 0, json: 'f', cpuProf: 'd', strict: true },
    });
  });

  it('say what they are', () => {
    expect(parseBenchmarkOptions(['--help'])).toEqual({
      kind: 'end',
      exitCode: 0,
      text: expect.stringContaining('--seconds'),
    });
  });

  it.each([['--events', '0'], ['--rate', '1.5'], ['--seconds', 'x'], ['--colour'], ['words']])(
    'are refused with what was expected: %s %s',
    (...argv) => {
      expect(parseBenchmarkOptions(argv)).toEqual({ kind: 'end', exitCode: 2, text: expect.stringMatching(/\S/) });
    },
  );
});
