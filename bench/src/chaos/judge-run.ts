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
  | 'remarks'
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
  remarks: [],
  violations: [],
};

/** Holds a run to the laws and to what its scenario expects. */
export function judgeRun(account: Account, { expectations }: Scenario): Judged {
  const { verdict, evidence } = account;
  const findings = LAWS.flatMap((law) => law.findings(account).map((finding) => ({ law, finding })));
  const countOf = (code: string): number =>
    findings.reduce((sum, { law, finding }) => (law.code === code ? sum + finding.count : sum), 0);
  const copies = [...evidence.results.values()].reduce((sum, result) => sum + result.copies - 1, 0);
  const met = (expectations.demands ?? []).map((demand) => demand(account));
  return {
    decided: verdict.decided,
    duplicates: verdict.duplicates,
    deadLettered: verdict.deadLettered,
    lost: verdict.lost,
    decidedTwice: verdict.breaches.decidedTwice,
    copies,
    outOfOrder: countOf('L4'),
    windowsWrong: countOf('L6'),
    remarks: [...traceRemarks(account), ...met.flatMap(({ remarks }) => remarks)],
    violations: [
      ...findings.map(({ law, finding }) => `${law.code}: ${sentenceOf(finding)}`),
      ...nothingTraced(account),
      ...met.flatMap(({ violations }) => violations),
    ],
  };
}

function traceRemarks({ traces }: Account): readonly string[] {
  if (traces === null) return [];
  return [`${traces.decisions.sampled} traces of decisions were looked at, and ${traces.labels.sampled} of labels`];
}

/** A run in which nothing was traced has tried nothing. */
function nothingTraced({ traces, verdict }: Account): readonly string[] {
  const isNothing = traces !== null && traces.decisions.sampled === 0 && verdict.decided > 0;
  return isNothing ? ['No decision was sampled: there was no trace to look at'] : [];
}

/** Services that ended without being made to. */
export function unexplainedEnds({ unexplained }: Crew): readonly string[] {
  return unexplained.map(
    ({ name, code, signal }) => `${name} ended by itself (${signal === null ? `code ${code}` : signal})`,
  );
}
