import { stdin } from 'node:process';
import { cli, type Terminal } from './cli.js';

const run = async (argv: readonly string[], env: Record<string, string> = {}) => {
  const seen = { code: 0, out: '', err: '' };
  const terminal: Terminal = {
    env,
    stdin,
    stdout: (text) => (seen.out += text),
    stderr: (text) => (seen.err += text),
  };
  seen.code = await cli(argv, terminal);
  return seen;
};

describe('pitwall', () => {
  it.each([
    [['--help'], 'trace [options] <eventId>'],
    [['trace', '--help'], '--traces-url <url>'],
    [['provision', '--help'], '--replication-factor <n>'],
    [['pipeline', 'check', '--help'], '--json'],
    [['publish', '--help'], '--id <id>'],
  ])('explains itself for %j', async (argv, expected) => {
    const { code, out } = await run(argv);
    expect(code).toBe(0);
    expect(out).toContain(expected);
  });

  it.each([
    [['trace'], 'missing required argument'],
    [['fly'], "unknown command 'fly'"],
    [['provision', '--replication-factor', '0', 'x'], 'expected a whole number'],
  ])('refuses %j with 2', async (argv, expected) => {
    const { code, err } = await run(argv);
    expect(code).toBe(2);
    expect(err).toContain(expected);
  });

  it('says how to give an address where no demo has run, and ends with 5', async () => {
    const { code, err } = await run(['decision', 'x', '--data', '/nowhere']);
    expect(code).toBe(5);
    expect(err).toContain('--results-url <url> or PITWALL_RESULTS_URL');
  });
});
