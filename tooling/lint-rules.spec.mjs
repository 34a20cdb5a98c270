import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const oxlint = fileURLToPath(new URL('../node_modules/.bin/oxlint', import.meta.url));
const rules = ['file-kind', 'meaningful-name', 'no-enum', 'no-boolean-parameter', 'documented-export'];

/** @type {string} */
let folder;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitwall-lint-'));
  const config = {
    jsPlugins: [fileURLToPath(new URL('./lint-rules.mjs', import.meta.url))],
    categories: { correctness: 'off' },
    rules: Object.fromEntries(rules.map((name) => [`pitwall/${name}`, 'error'])),
  };
  writeFileSync(join(folder, '.oxlintrc.json'), JSON.stringify(config));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** @param {string} file @param {string} source @returns {string[]} names of the rules that found something */
const findingsIn = (file, source) => {
  const path = join(folder, 'src');
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path);
  writeFileSync(join(path, file), source);
  const { stdout } = spawnSync(process.execPath, [oxlint, '--format', 'json', 'src'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const { diagnostics } = JSON.parse(stdout);
  return diagnostics.map((/** @type {{ code: string }} */ { code }) => /\((.*)\)/.exec(code)?.[1]);
};

const documented = (/** @type {string} */ source) => `/** What it is. */\n${source}`;

describe('the lint rules of STYLE.md', () => {
  it.each([
    ['a.helper.ts', documented('export const a = 1;'), 'file-kind'],
    ['a.ts', documented('export class OffsetManager {}'), 'meaningful-name'],
    ['a.ts', documented('export interface IOffset { at: number }'), 'meaningful-name'],
    ['a.ts', documented('export enum Role { Champion }'), 'no-enum'],
    [
      'a.ts',
      documented('export const publish = (event: string, now: boolean) => [event, now];'),
      'no-boolean-parameter',
    ],
    ['a.ts', documented('export function publish(now = true) { return now; }'), 'no-boolean-parameter'],
    ['a.ts', documented('export class Offset { constructor(readonly isKnown: boolean) {} }'), 'no-boolean-parameter'],
    ['a.ts', '// What it is.\nexport const a = 1;', 'documented-export'],
  ])('%s: %j breaks %s', (file, source, rule) => {
    expect(findingsIn(file, source)).toEqual([rule]);
  });

  it.each([
    ['decisions.repository.ts', documented('export const a = 1;')],
    ['decisions.int.spec.ts', documented('export const a = 1;')],
    ['.dependency-cruiser.mjs', 'export default {};'],
    ['a.ts', documented('export class AsyncContextManager implements ContextManager {}')],
    ['a.ts', documented('export const isKnown = (name: string): boolean => name.length > 0;')],
    ['a.ts', documented('export const publish = ({ isUrgent }: { isUrgent: boolean }) => isUrgent;')],
    ['a.ts', 'export type Offset = z.infer<typeof offsetSchema>;\nexport { a } from "./b.js";'],
  ])('%s: %j is fine', (file, source) => {
    expect(findingsIn(file, source)).toEqual([]);
  });
});
