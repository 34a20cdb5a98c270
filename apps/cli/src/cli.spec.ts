import { stdin } from 'node:process';
import { cli } from './cli.js';
import { COMMAND_GROUPS, type CommandSpec } from './commands/command.js';
import { COMMANDS } from './commands/index.js';

const run = async (argv: readonly string[], { signal = new AbortController().signal } = {}) => {
  const seen = { code: 0, out: '', err: '' };
  seen.code = await cli(argv, {
    env: {},
    stdin,
    stdout: (text) => (seen.out += text),
    stderr: (text) => (seen.err += text),
    isWatched: false,
    signal,
    now: () => new Date(0),
  });
  return seen;
};

const words = (line: string): readonly string[] => line.split(' ').map((word) => word.replaceAll("'", ''));
const firstExample = ({ examples }: CommandSpec): readonly string[] => words(examples[0]?.line ?? '');
const nameOf = ({ path }: CommandSpec): string => path.join(' ');

const table = COMMANDS.map((spec) => [nameOf(spec), spec] as const);

describe('every command:', () => {
  it.each(table)('%s explains itself with examples and all that it takes', async (name, spec) => {
    const { code, out, err } = await run([...spec.path, '--help']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`Usage: pitwall ${name} [options]`);
    expect(out).toContain('--json');
    for (const { line } of spec.examples) expect(out).toContain(`  pitwall ${line}\n`);
    for (const { flags } of spec.options) expect(out).toContain(flags);
    expect(out.includes('--data <folder>')).toBe(spec.needs.length > 0);
  });

  it.each(table)(
    '%s has an example for programs, and its examples use what it takes',
    (name, { examples, options }) => {
      expect(examples.every(({ line }) => line.startsWith(name))).toBe(true);
      expect(examples.some(({ line }) => line.includes('--json'))).toBe(true);
      const known = [...options.map(({ flags }) => flags.split(' ')[0]), '--json', '--kafka', '--data'];
      const used = examples.flatMap(({ line }) => words(line).filter((word) => word.startsWith('--')));
      expect(used.filter((flag) => !known.includes(flag))).toEqual([]);
    },
  );

  it.each(table)('%s refuses an unknown option with 2 and says which one may be meant', async (_, spec) => {
    const { code, out, err } = await run([...firstExample(spec), '--jsno']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain("unknown option '--jsno'\n(Did you mean --json?)");
  });

  const withArgument = table.filter(([, spec]) => spec.arguments.some(({ syntax }) => syntax.startsWith('<')));
  it.each(withArgument)('%s refuses to go without its argument with 2', async (_, spec) => {
    const { code, err } = await run(spec.path);
    expect([code, err]).toEqual([2, expect.stringContaining('missing required argument')]);
  });

  const remote = table.filter(([, spec]) => spec.needs.length > 0);
  it.each(remote)('%s ends with 5 where no demo has run, and says how to go on', async (_, spec) => {
    const { code, out, err } = await run([...firstExample(spec), '--data', '/nowhere']);
    expect([code, out]).toEqual([5, '']);
    expect(err).toMatch(/Run `npm start`, or give --[a-z-]+ <\S+ or [A-Z_]+\./);
  });
});

describe('the overview', () => {
  it('lists every command once, under its heading, with what it does', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    const listed = out
      .split('\n')
      .flatMap((line) => /^ {2}([a-z-]+( [a-z-]+)?)(?: [<[]\S+)* {2,}[A-Z]/.exec(line)?.[1] ?? []);
    const expected = COMMAND_GROUPS.flatMap((group) => COMMANDS.filter((spec) => spec.group === group).map(nameOf));
    expect(listed).toEqual(expected);
    for (const heading of COMMAND_GROUPS) expect(out).toContain(`\n${heading}\n`);
  });

  it.each([
    [['fly'], "unknown command 'fly'"],
    [['tracee', 'x'], '(Did you mean trace?)'],
    [['pipeline', 'chek'], '(Did you mean check?)'],
    [[], 'Usage: pitwall'],
    [['decision', 'a', 'b'], 'too many arguments'],
    [['provision', '--replication-factor', '0', 'x'], 'expected a whole number from 1'],
    [['dead-letters', 'list', '--reason', 'nope'], 'Got "nope", expected one of empty_value, '],
    [['dead-letters', 'redrive', '--reason', 'nope', '--dry-run'], 'Got "nope", expected one of empty_value, '],
    [
      ['dead-letters', 'discard', '--stage', 'console'],
      'Got "console", expected one of ingestion, inference, results.',
    ],
    [['dead-letters', 'list', '--state', 'Open'], 'Got "Open", expected one of open, closed, all.'],
    [['dead-letters', 'list', '--stage', ''], 'Got "", expected one of'],
    [['tail', '--topic', 'events,nope'], 'Got "nope", expected one or more of events'],
  ])('refuses %j with 2', async (argv, expected) => {
    const { code, err } = await run(argv);
    expect([code, err]).toEqual([2, expect.stringContaining(expected)]);
  });
});

it('ends with 130 and without a word where the end was asked for before the answer came', async () => {
  const { code, err } = await run(['decision', 'x', '--results-url', 'http://127.0.0.1:1', '--pipeline', 'p'], {
    signal: AbortSignal.abort(),
  });
  expect([code, err]).toEqual([130, '']);
});
