import type { Column } from '../terminal/table.js';
import type { KeptOutcome, KeptRun } from './kept-runs.js';
import { markdownTable } from './markdown-table.js';
import { survivalBound } from './survival-bound.js';

/** What is added up over all runs of a scenario, or of all of them. */
interface Total {
  readonly name: string;
  readonly outcomes: readonly KeptOutcome[];
}

/** All tries of one planted bug. */
interface Planted extends Total {
  readonly scenario: string;
}

const whole = new Intl.NumberFormat('en-US');
const sumOf = ({ outcomes }: Total, of: (outcome: KeptOutcome) => number): number =>
  outcomes.reduce((total, outcome) => total + of(outcome), 0);

const sum = (title: string, of: (outcome: KeptOutcome) => number): Column<Total> => ({
  title,
  align: 'right',
  cell: (total) => whole.format(sumOf(total, of)),
});

const COLUMNS: readonly Column<Total>[] = [
  { title: 'scenario', align: 'left', cell: ({ name }) => name },
  sum('runs', () => 1),
  sum('kills', ({ kills }) => kills),
  sum('records', ({ records }) => records),
  sum('lost', ({ lost }) => lost),
  sum('decided twice', ({ decidedTwice }) => decidedTwice),
  sum('copies', ({ copies }) => copies),
  sum('order broken', ({ outOfOrder }) => outOfOrder),
  sum('windows wrong', ({ windowsWrong }) => windowsWrong),
  { title: 'slowest resume, s', align: 'right', cell: slowest },
  sum('runs that failed', ({ violations }) => Math.min(1, violations.length)),
];

const PLANTED_COLUMNS: readonly Column<Planted>[] = [
  { title: 'planted bug', align: 'left', cell: ({ name }) => `\`${name}\`` },
  { title: 'scenario', align: 'left', cell: ({ scenario }) => scenario },
  { title: 'tries', align: 'right', cell: ({ outcomes }) => whole.format(outcomes.length) },
  {
    title: 'caught',
    align: 'right',
    cell: ({ outcomes }) => whole.format(outcomes.filter(({ violations }) => violations.length > 0).length),
  },
  {
    title: 'seen first, last time',
    align: 'left',
    cell: ({ outcomes }) => outcomes.at(-1)?.violations[0] ?? 'nothing',
  },
];

/** The tables for people, as Markdown. `names` says in which order the scenarios stand. */
export function scoreboardLines(runs: readonly KeptRun[], names: readonly string[]): readonly string[] {
  const all = totalOf(runs);
  const scenarios = names.map((name) => ({ name, outcomes: all.outcomes.filter(({ scenario }) => scenario === name) }));
  const tried = scenarios.filter(({ outcomes }) => outcomes.length > 0);
  return [
    ...markdownTable(COLUMNS, [...tried, all]),
    '',
    boundSentence(all),
    '',
    ...markdownTable(PLANTED_COLUMNS, plantedOf(runs)),
  ];
}

/** All of it in a sentence. */
export function scoreboardSentence(runs: readonly KeptRun[]): string {
  const all = totalOf(runs);
  const figures = [
    `**${whole.format(sumOf(all, ({ kills }) => kills))} kills**`,
    `**${whole.format(sumOf(all, ({ records }) => records))} records**`,
  ];
  const wrong = [
    `lost **${whole.format(sumOf(all, ({ lost }) => lost))}**`,
    `decided twice **${whole.format(sumOf(all, ({ decidedTwice }) => decidedTwice))}**`,
    `order broken **${whole.format(sumOf(all, ({ outOfOrder }) => outOfOrder))}**`,
    `windows wrong **${whole.format(sumOf(all, ({ windowsWrong }) => windowsWrong))}**`,
  ];
  return `Kept so far: ${whole.format(all.outcomes.length)} fault runs, ${figures.join(', ')}: ${wrong.join(', ')}.`;
}

function totalOf(runs: readonly KeptRun[]): Total {
  return { name: 'all', outcomes: runs.flatMap(({ outcomes }) => outcomes).filter(({ planted }) => planted === null) };
}

function plantedOf(runs: readonly KeptRun[]): readonly Planted[] {
  const byBug = new Map<string, KeptOutcome[]>();
  for (const outcome of runs.flatMap(({ outcomes }) => outcomes)) {
    if (outcome.planted === null || !outcome.isWhole) continue;
    byBug.set(outcome.planted, [...(byBug.get(outcome.planted) ?? []), outcome]);
  }
  return [...byBug].map(([name, outcomes]) => ({ name, outcomes, scenario: outcomes[0]?.scenario ?? '' }));
}

function slowest({ outcomes }: Total): string {
  const resumed = outcomes.flatMap(({ resumedAfterMs }) => (resumedAfterMs === null ? [] : [resumedAfterMs]));
  return resumed.length === 0 ? '–' : (Math.max(...resumed) / 1000).toFixed(1);
}

/** A run that fails counts as one kill that was not survived: which of its kills it was, nobody can tell. */
function boundSentence(all: Total): string {
  const kills = sumOf(all, (outcome) => outcome.kills);
  const failures = all.outcomes.filter((outcome) => outcome.kills > 0 && outcome.violations.length > 0).length;
  const bound = survivalBound({ trials: kills, failures });
  const share = `${(bound * 100).toPrecision(2)} %`;
  return (
    `**${whole.format(kills - failures)} of ${whole.format(kills)} kills survived.** With 95 % confidence fewer than ${share} of such kills ` +
    `break the promise, that is, at most one in ${whole.format(Math.floor(1 / bound))}: were it more, so good a series would come about less than once in twenty times.`
  );
}
