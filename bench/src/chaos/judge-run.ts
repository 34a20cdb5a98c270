import type { ReasonCode } from '@pitwall/contracts';
import { type Account, LAWS, sentenceOf } from '@pitwall/oracle';
import type { Crew } from '../world/crew.js';
import type { ScenarioOutcome } from './outcome.js';
import type { Scenario } from './scenario.js';

/** The part of an outcome that the topics and PostgreSQL tell. */
export type Judged = Pick<
  ScenarioOutcome,
  | 'decided'
  | 'duplicates'
  | 'deadLettered'
  | 'lost'
  | 'decidedTwice'
  | 'copies'
  | 'outOfOrder'
  | 'windowsWrong'
  | 'violations'
>;

/** Of a run that broke before there was anything to judge. */
export const NOTHING_JUDGED: Judged = {
  decided: 0,
  duplicates: 0,
  deadLettered: {},
  lost: 0,
  decidedTwice: 0,
  copies: 0,
  outOfOrder: 0,
  windowsWrong: 0,
  violations: [],
};

/** Holds a run to the laws and to what its scenario expects. */
export function judgeRun(account: Account, { expectations }: Scenario): Judged {
  const { verdict, evidence, redelivered } = account;
  const findings = LAWS.flatMap((law) => law.findings(account).map((finding) => ({ law, finding })));
  const countOf = (code: string): number =>
    findings.reduce((sum, { law, finding }) => (law.code === code ? sum + finding.count : sum), 0);
  const copies = [...evidence.results.values()].reduce((sum, result) => sum + result.copies - 1, 0);
  const again = [...redelivered].filter(([, count]) => count > 0).map(([kind, count]) => `${count} on ${kind}`);
  return {
    decided: verdict.decided,
    duplicates: verdict.duplicates,
    deadLettered: verdict.deadLettered,
    lost: verdict.lost,
    decidedTwice: verdict.breaches.decidedTwice,
    copies,
    outOfOrder: countOf('L4'),
    windowsWrong: countOf('L6'),
    violations: [
      ...findings.map(({ law, finding }) => `${law.code}: ${sentenceOf(finding)}`),
      ...left(account, expectations.noneLeft),
      ...(expectations.nothingRedelivered && again.length > 0
        ? [`Nothing may be done again: ${again.join(', ')}`]
        : []),
    ],
  };
}

/** Open ones: a decision of their identity closes the others. */
function left({ evidence }: Account, reason: ReasonCode | undefined): readonly string[] {
  const identities = new Map(evidence.raw.map(({ position, identity }) => [position, identity]));
  const open = [...evidence.deadLetters.values()].filter(
    (letter) => letter.reason === reason && !evidence.decisions.has(identities.get(letter.position) ?? ''),
  );
  return open.length === 0 ? [] : [`${open.length} dead letters ${reason} are left, and their events undecided`];
}

/** Services that ended without being made to. */
export function unexplainedEnds({ unexplained }: Crew): readonly string[] {
  return unexplained.map(
    ({ name, code, signal }) => `${name} ended by itself (${signal === null ? `code ${code}` : signal})`,
  );
}
