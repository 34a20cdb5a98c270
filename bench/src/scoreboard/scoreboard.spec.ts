import { readFileSync } from 'node:fs';
import { documentWith, DOCUMENTS, readRuns } from './documents.js';
import { addRuns, type KeptOutcome, type KeptRun, readReport } from './kept-runs.js';
import { withSection } from './marked-section.js';
import { scoreboardLines, scoreboardSentence } from './scoreboard.js';

const anOutcome = (more: Partial<KeptOutcome> = {}): KeptOutcome => ({
  scenario: 'kills',
  planted: null,
  isWhole: true,
  seconds: 50,
  kills: 4,
  records: 8_000,
  lost: 0,
  decidedTwice: 0,
  copies: 30,
  outOfOrder: 0,
  windowsWrong: 0,
  resumedAfterMs: 12_881,
  violations: [],
  ...more,
});

const aRun = (at: string, ...outcomes: readonly KeptOutcome[]): KeptRun => ({
  at,
  profile: 'smoke',
  seed: 1,
  outcomes,
});

describe('the documents', () => {
  it.each(DOCUMENTS)('$file says what is kept, and nothing else', (document) => {
    expect(readFileSync(document.file, 'utf8')).toBe(documentWith(document, readRuns()));
  });
});

describe('the scoreboard', () => {
  it('adds up the runs of each scenario and of all', () => {
    const runs = [
      aRun('a', anOutcome(), anOutcome({ scenario: 'poison', kills: 0, resumedAfterMs: null })),
      aRun('b', anOutcome({ resumedAfterMs: 900, kills: 56 })),
    ];
    const [head, , ...rows] = scoreboardLines(runs, ['poison', 'kills', 'never run']);
    expect(head).toMatch(/^\| scenario +\| runs \| kills \|/);
    expect(rows.slice(0, 3).map((row) => row.split('|').map((cell) => cell.trim()))).toEqual([
      ['', 'poison', '1', '0', '8,000', '0', '0', '30', '0', '0', '–', '0', ''],
      ['', 'kills', '2', '60', '16,000', '0', '0', '60', '0', '0', '12.9', '0', ''],
      ['', 'all', '3', '60', '24,000', '0', '0', '90', '0', '0', '12.9', '0', ''],
    ]);
    expect(rows.join('\n')).toContain('**60 of 60 kills survived.**');
    expect(rows.join('\n')).toContain('fewer than 4.9 % of such kills');
    expect(scoreboardSentence(runs)).toContain('3 fault runs, **60 kills**, **24,000 records**: lost **0**');
  });

  it('does not hide a run that failed', () => {
    const runs = [aRun('a', anOutcome({ lost: 3, violations: ['L1: 3 records are lost'] }))];
    const lines = scoreboardLines(runs, ['kills']).join('\n');
    expect(lines).toContain('**3 of 4 kills survived.**');
    expect(scoreboardSentence(runs)).toContain('lost **3**');
  });

  it('keeps planted bugs apart, and says which of them were not caught', () => {
    const planted = { scenario: 'kills', planted: 'commit_before_write' };
    const lines = scoreboardLines(
      [aRun('a', anOutcome(planted), anOutcome({ ...planted, violations: ['L1: 3 records are lost', 'more'] }))],
      ['kills'],
    );
    expect(lines.at(-1)).toMatch(/`commit_before_write` \| kills +\| +2 \| +1 \| L1: 3 records are lost/);
    expect(lines[2]).toMatch(/^\| all +\| +0 /);
  });
});

describe('what is kept', () => {
  it('holds no run twice', () => {
    expect(addRuns([aRun('a'), aRun('c')], [aRun('b'), aRun('a')]).map(({ at }) => at)).toEqual(['a', 'b', 'c']);
  });

  it('leaves out the timelines, and all but the first violations', () => {
    const report = { ...aRun('a'), outcomes: [{ ...anOutcome(), timeline: [], violations: ['1', '2', '3', '4'] }] };
    const [kept] = readReport(JSON.stringify(report), 'report.json').outcomes;
    expect(kept).toEqual(anOutcome({ violations: ['1', '2', '3'] }));
  });

  it.each(['null', '[]', '{"at":"x"}', '{"at":"x","outcomes":[1]}'])('refuses %s by the name of the file', (text) => {
    expect(() => readReport(text, 'report.json')).toThrow(/report\.json is no report of a fault run/);
  });
});

describe('a section of a document', () => {
  it('is refused where the document has no place for it', () => {
    expect(() => withSection('# Nothing', ['x'], 'docs/x.md')).toThrow(/docs\/x\.md has no place for the scoreboard/);
  });
});
