import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCENARIOS } from '../chaos/scenarios/index.js';
import type { KeptRun } from './kept-runs.js';
import { withSection } from './marked-section.js';
import { scoreboardLines, scoreboardSentence } from './scoreboard.js';

const ROOT = join(import.meta.dirname, '../../..');

/** All runs that are kept. */
export const RUNS_FILE = join(ROOT, 'docs/reliability-runs.json');

/** Where they are told of, and what. */
export const DOCUMENTS: readonly {
  readonly file: string;
  readonly linesOf: (runs: readonly KeptRun[]) => readonly string[];
}[] = [
  {
    file: join(ROOT, 'docs/reliability.md'),
    linesOf: (runs) =>
      scoreboardLines(
        runs,
        SCENARIOS.map(({ name }) => name),
      ),
  },
  { file: join(ROOT, 'README.md'), linesOf: (runs) => [scoreboardSentence(runs)] },
];

/** What is kept so far. */
export function readRuns(): readonly KeptRun[] {
  return existsSync(RUNS_FILE) ? (JSON.parse(readFileSync(RUNS_FILE, 'utf8')) as KeptRun[]) : [];
}

/** A document as it has to be with these runs. */
export function documentWith({ file, linesOf }: (typeof DOCUMENTS)[number], runs: readonly KeptRun[]): string {
  return withSection(readFileSync(file, 'utf8'), linesOf(runs), file);
}
