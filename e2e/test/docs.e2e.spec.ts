import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const documents = globSync(['*.md', '{docs,fixtures,pipelines}/**/*.md', '{apps,packages}/*/*.md'], { cwd: ROOT });

const textOf = (document: string): string => readFileSync(join(ROOT, document), 'utf8');

/** Targets of links to files of this repository. */
const linksIn = (document: string): readonly string[] =>
  [...textOf(document).matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

describe('the documents', () => {
  it.each(documents)('%s links to what is there', (document) => {
    const broken = linksIn(document).filter((target) => !existsSync(join(ROOT, dirname(document), target)));
    expect(broken).toEqual([]);
  });

  it('name no flag of npm start that it does not have', () => {
    const help = execFileSync(process.execPath, ['scripts/start.mjs', '--help'], { cwd: ROOT, encoding: 'utf8' });
    const named = ['README.md', 'docs/replay.md']
      .flatMap((document) => [...textOf(document).matchAll(/`(--[a-z][a-z-]+)/g)])
      .map(([, flag = '']) => flag);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((flag) => !help.includes(flag))).toEqual([]);
  });

  it('name no npm script that neither the root nor a room has', () => {
    const scriptsOf = (file: string): object => (JSON.parse(textOf(file)) as { scripts: object }).scripts;
    const scripts = { ...scriptsOf('package.json'), ...scriptsOf('packages/contracts/package.json') };
    const named = documents
      .flatMap((document) => [...textOf(document).matchAll(/npm run (?:-s |--silent )?([a-z][a-z:-]*)/g)])
      .map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
