import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { cli } from './cli.js';
import { COMMANDS } from './commands/index.js';

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8');

const blocks = (language: string): readonly string[] =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block);

const run = async (argv: readonly string[]) => {
  const seen = { out: '', err: '' };
  await cli(argv, {
    env: {},
    stdin: Readable.from([]),
    stdout: (text) => (seen.out += text),
    stderr: (text) => (seen.err += text),
    isWatched: false,
    signal: AbortSignal.abort(),
    now: () => new Date(0),
  });
  return seen;
};

describe('docs/cli.md', () => {
  const helps = blocks('text').filter((block) => block.startsWith('Usage: pitwall'));

  it.each([[], ...COMMANDS.map(({ path }) => path)].map((path) => [path.join(' '), path] as const))(
    'shows what `pitwall %s --help` says, and nothing older',
    async (name, path) => {
      const { out } = await run([...path, '--help']);
      const shown = helps.find((block) => block.startsWith(`Usage: pitwall ${name}${name === '' ? '' : ' '}[options]`));
      expect(shown?.trimEnd()).toBe(out.trimEnd());
    },
  );

  it('shows no command that is none', () => {
    expect(helps).toHaveLength(COMMANDS.length + 1);
  });

  it('has an example of every family of commands that can be typed as it stands', () => {
    const typed = blocks('sh')
      .join('')
      .split('\n')
      .flatMap((line) => /^npm run -s pitwall -- ([a-z-]+)/.exec(line)?.[1] ?? []);
    expect(new Set(typed)).toEqual(new Set(COMMANDS.map(({ path }) => path[0])));
  });
});
