import { type Column, tableLines } from '../terminal/table.js';
import type { ScenarioOutcome } from './outcome.js';

const whole = new Intl.NumberFormat('en-US');
const seconds = (ms: number | null): string => (ms === null ? '–' : (ms / 1000).toFixed(1));
const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

const count = (title: string, of: (outcome: ScenarioOutcome) => number): Column<ScenarioOutcome> => ({
  title,
  align: 'right',
  cell: (outcome) => whole.format(of(outcome)),
});

const COLUMNS: readonly Column<ScenarioOutcome>[] = [
  {
    title: 'scenario',
    align: 'left',
    cell: ({ scenario, planted }) => (planted === null ? scenario : `${scenario} + ${planted}`),
  },
  count('kills', ({ kills }) => kills),
  count('records', ({ records }) => records),
  count('decided', ({ decided }) => decided),
  count('dead letters', ({ deadLettered }) => sum(deadLettered)),
  count('lost', ({ lost }) => lost),
  count('decided twice', ({ decidedTwice }) => decidedTwice),
  count('copies', ({ copies }) => copies),
  count('order broken', ({ outOfOrder }) => outOfOrder),
  count('windows wrong', ({ windowsWrong }) => windowsWrong),
  { title: 'resumed, s', align: 'right', cell: ({ resumedAfterMs }) => seconds(resumedAfterMs) },
  { title: 'took, s', align: 'right', cell: (outcome) => seconds(outcome.seconds * 1000) },
  { title: '', align: 'left', cell: verdictOf },
];

function verdictOf({ planted, violations, isWhole }: ScenarioOutcome): string {
  if (planted === null || !isWhole) return violations.length === 0 ? 'holds' : 'BROKEN';
  return violations.length === 0 ? 'NOT CAUGHT' : 'caught';
}

/** Whether a row is as it should be: without violations, or with some where a bug was planted. */
export function isAsItShould({ planted, violations, isWhole }: ScenarioOutcome): boolean {
  return isWhole && (planted === null) === (violations.length === 0);
}

/** The table, and below it what was measured besides, and what does not hold. */
export function chaosLines(outcomes: readonly ScenarioOutcome[]): readonly string[] {
  return [...tableLines(COLUMNS, outcomes), ...outcomes.flatMap(remarkLines), ...outcomes.flatMap(violationLines)];
}

function remarkLines({ scenario, remarks }: ScenarioOutcome): readonly string[] {
  return remarks.map((remark) => `${scenario}: ${remark}`);
}

function violationLines(outcome: ScenarioOutcome): readonly string[] {
  const { scenario, seed, profile, planted, violations, keptIn } = outcome;
  if (violations.length === 0) return [];
  const bug = planted === null ? '' : ` with ${planted}`;
  return [
    '',
    `${scenario}${bug}, seed ${seed}, ${profile}:`,
    ...violations.map((violation) => `  ${violation}`),
    ...(keptIn === null || planted !== null ? [] : [`  Logs, ledger and timeline: ${keptIn}`]),
  ];
}
