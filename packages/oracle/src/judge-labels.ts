import type { DeadLetterEvidence, TopicEvidence } from './evidence.js';
import type { FeedbackEvidence, OutcomeEvidence } from './label-evidence.js';
import type { IdentityKey } from './record-parts.js';
import type { StoredDecision } from './stored-decisions.js';
import type { StoredLabel, StoredLabels } from './stored-labels.js';

/** In what a label on the feedback topic can end, dead letters aside. */
export const LABEL_ENDINGS = [
  /** It is the last word on its decision: an outcome was published of it. */
  'joined',
  /** It is kept, and there is no decision of its event. */
  'waiting',
  /** Another record said the same before. */
  'duplicate',
  /** A higher revision of the same source took its place. */
  'superseded',
] as const;
/** One of {@link LABEL_ENDINGS}. */
export type LabelEnding = (typeof LABEL_ENDINGS)[number];

/** What the sender has written down of the feedback that the broker acknowledged. Contents go by their digest, see `contentDigest`. */
export interface AcknowledgedFeedback {
  /** A {@link LabelEnding} or the reason of a dead letter; null for what was never sent. */
  expectedOf(digest: string): string | null;
  /** How many acknowledged records are not among these, which stand on the topic: one digest per record. */
  missingFrom(digests: readonly string[]): number;
}

/** The part of a decision policy by which an outcome is computed once more. */
export interface OutcomePolicy {
  readonly act: string;
  readonly outcomes: { readonly positive: string; readonly negative: string };
  /** By decision and outcome. */
  readonly values: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Everything there is to judge labels by, gathered when all was quiet. */
export interface LabelEvidence extends Pick<
  TopicEvidence,
  'feedback' | 'outcomes' | 'feedbackDeadLetters' | 'results'
> {
  readonly decisions: ReadonlyMap<IdentityKey, readonly StoredDecision[]>;
  readonly stored: StoredLabels;
  readonly policy: OutcomePolicy;
  readonly ledger: AcknowledgedFeedback;
}

/** A promise about labels that was broken; each of these counts has to be 0. */
export const LABEL_BREACHES = [
  /** A record was kept as a label and is a dead letter. */
  'labelsEndedTwice',
  /** A record ended otherwise than its sender expects: bad feedback was taken, or good feedback was not. */
  'labelsEndedOtherwise',
  /** A label waits, and is not counted among those that do. */
  'waitingForgotten',
  /** A kept label that nobody sent. */
  'labelsNeverSent',
  /** Copies of an outcome differ, or PostgreSQL has other bytes. */
  'outcomesDiffer',
  /** An outcome in PostgreSQL that no consumer was told of. */
  'outcomesNotPublished',
  /** A published outcome that PostgreSQL does not have. */
  'outcomesNotStored',
  /** An outcome that does not follow from the decision and the label that are kept. */
  'outcomesWrong',
] as const;
/** One of {@link LABEL_BREACHES}. */
export type LabelBreach = (typeof LABEL_BREACHES)[number];

/** What became of the records of the feedback topic. Actions, which nothing follows from, are not expected among them. */
export interface LabelCounts {
  readonly sent: number;
  readonly joined: number;
  readonly waiting: number;
  readonly duplicates: number;
  readonly superseded: number;
  readonly deadLettered: Readonly<Record<string, number>>;
  /** Records on the topic that ended in no way, and acknowledged ones that are not on it. */
  readonly lost: number;
}

/** Counts, broken promises, and whether all of it holds. */
export interface LabelVerdict {
  readonly labels: LabelCounts;
  readonly breaches: Readonly<Record<LabelBreach, number>>;
  /** `sent = joined + waiting + duplicates + superseded + dead-lettered`, nothing lost, no breach. */
  readonly holds: boolean;
}

type Ending = LabelEnding | 'dead' | 'lost' | 'twice';

interface EndedRecord {
  readonly record: FeedbackEvidence;
  readonly ending: Ending;
  /** Of a dead letter. */
  readonly reason: string | null;
}

/** Judges by what is written, not by what services say of themselves. Pure. */
export function judgeLabels(evidence: LabelEvidence): LabelVerdict {
  const kept = new Map([...evidence.stored.labels].map(([id, label]) => [label.position, { id, label }]));
  const letters = new Map([...evidence.feedbackDeadLetters.values()].map((letter) => [letter.position, letter]));
  const highest = highestRevisions(evidence.stored.labels.values());
  const ended = evidence.feedback.map((record) => endOf(record, evidence, { kept, letters, highest }));
  const labels = countsOf(ended, evidence);
  const breaches = breachesOf(ended, evidence);
  const dead = Object.values(labels.deadLettered).reduce((sum, count) => sum + count, 0);
  const { sent, joined, waiting, duplicates, superseded, lost } = labels;
  const isBalanced = sent === joined + waiting + duplicates + superseded + dead;
  return { labels, breaches, holds: isBalanced && lost === 0 && LABEL_BREACHES.every((name) => breaches[name] === 0) };
}

interface Index {
  readonly kept: ReadonlyMap<string, { readonly id: string; readonly label: StoredLabel }>;
  readonly letters: ReadonlyMap<string, DeadLetterEvidence>;
  readonly highest: ReadonlyMap<string, number>;
}

function endOf(record: FeedbackEvidence, evidence: LabelEvidence, index: Index): EndedRecord {
  const own = index.kept.get(record.position);
  const reason = index.letters.get(record.position)?.reason ?? null;
  const living = own === undefined ? repeated(record, evidence) : keptEnding(own, record, { evidence, index });
  if (reason === null) return { record, ending: living, reason };
  return { record, ending: own === undefined ? 'dead' : 'twice', reason };
}

/** No label was kept of this record: then it has to say what another one said before. */
function repeated({ label }: FeedbackEvidence, { stored, policy }: LabelEvidence): Ending {
  const first = label === null ? undefined : stored.labels.get(label.outcomeId);
  return first !== undefined && label !== null && nameOf(label.says, policy) === first.label ? 'duplicate' : 'lost';
}

function keptEnding(
  { id, label }: { readonly id: string; readonly label: StoredLabel },
  record: FeedbackEvidence,
  { evidence, index }: { readonly evidence: LabelEvidence; readonly index: Index },
): Ending {
  const said = record.label;
  const isKeptAsSaid = said !== null && said.outcomeId === id && nameOf(said.says, evidence.policy) === label.label;
  if (!isKeptAsSaid) return 'lost';
  if (!evidence.decisions.has(said.identity)) return 'waiting';
  if (index.highest.get(revisionKey(label)) !== label.revision) return 'superseded';
  return evidence.outcomes.has(id) && evidence.stored.outcomes.has(id) ? 'joined' : 'lost';
}

function nameOf(says: boolean | string, { outcomes }: OutcomePolicy): string {
  if (typeof says === 'string') return says;
  return says ? outcomes.positive : outcomes.negative;
}

function revisionKey({ resultId, labelSource }: Pick<StoredLabel, 'resultId' | 'labelSource'>): string {
  return `${resultId} ${labelSource}`;
}

function highestRevisions(labels: Iterable<StoredLabel>): ReadonlyMap<string, number> {
  const highest = new Map<string, number>();
  for (const label of labels) {
    const key = revisionKey(label);
    highest.set(key, Math.max(label.revision, highest.get(key) ?? label.revision));
  }
  return highest;
}

function countsOf(ended: readonly EndedRecord[], { feedback, ledger }: LabelEvidence): LabelCounts {
  const by = Map.groupBy(ended, ({ ending }) => ending);
  const count = (ending: Ending): number => by.get(ending)?.length ?? 0;
  const deadLettered: Record<string, number> = {};
  for (const { reason } of by.get('dead') ?? []) {
    if (reason !== null) deadLettered[reason] = (deadLettered[reason] ?? 0) + 1;
  }
  return {
    sent: ended.length,
    joined: count('joined'),
    waiting: count('waiting'),
    duplicates: count('duplicate'),
    superseded: count('superseded'),
    deadLettered,
    lost: count('lost') + ledger.missingFrom(feedback.map(({ digest }) => digest)),
  };
}

function breachesOf(ended: readonly EndedRecord[], evidence: LabelEvidence): Record<LabelBreach, number> {
  const { feedback, outcomes, stored } = evidence;
  const sent = new Set(feedback.map(({ position }) => position));
  const kept = [...stored.labels.values()];
  const published = [...outcomes];
  const waiting = new Set(ended.flatMap(({ record, ending }) => (ending === 'waiting' ? [record.position] : [])));
  return {
    labelsEndedTwice: ended.filter(({ ending }) => ending === 'twice').length,
    labelsEndedOtherwise: endedOtherwise(ended, evidence),
    waitingForgotten: kept.filter(({ position, isWaiting }) => waiting.has(position) && !isWaiting).length,
    labelsNeverSent: kept.filter(({ position }) => !sent.has(position)).length,
    outcomesDiffer: published.filter(
      ([id, { isTorn, valueDigest }]) =>
        isTorn || (stored.outcomes.get(id)?.valueDigest ?? valueDigest) !== valueDigest,
    ).length,
    outcomesNotPublished: [...stored.outcomes.keys()].filter((id) => !outcomes.has(id)).length,
    outcomesNotStored: published.filter(([id]) => !stored.outcomes.has(id)).length,
    outcomesWrong: published.filter(([id, outcome]) => !follows(outcome, stored.labels.get(id), evidence)).length,
  };
}

/** Of records with the same content one has to end as expected; the others, sent again, may be duplicates of it. */
function endedOtherwise(ended: readonly EndedRecord[], { ledger }: LabelEvidence): number {
  let otherwise = 0;
  for (const [digest, records] of Map.groupBy(ended, ({ record }) => record.digest)) {
    const expected = ledger.expectedOf(digest);
    const endings = records.map(({ ending, reason }) => (ending === 'dead' ? reason : ending));
    const others = endings.filter((ending) => ending !== expected);
    const duplicates = others.filter((ending) => ending === 'duplicate').length;
    otherwise += others.length === endings.length ? others.length : others.length - duplicates;
  }
  return otherwise;
}

/** Whether an outcome says what the kept label and the published decision say, and is worth what the policy gives. */
function follows(outcome: OutcomeEvidence, label: StoredLabel | undefined, evidence: LabelEvidence): boolean {
  return (
    label !== undefined && isOfLabel(outcome, label) && isOfDecision(outcome, evidence) && isWorth(outcome, evidence)
  );
}

function isOfLabel(outcome: OutcomeEvidence, { resultId, label, labelSource, revision }: StoredLabel): boolean {
  return (
    outcome.resultId === resultId &&
    outcome.label === label &&
    outcome.labelSource === labelSource &&
    outcome.revision === revision
  );
}

function isOfDecision(outcome: OutcomeEvidence, { decisions, results }: LabelEvidence): boolean {
  const result = results.get(outcome.resultId);
  return (
    decisions.get(outcome.identity)?.[0]?.resultId === outcome.resultId &&
    result?.decision === outcome.decision &&
    result.model === outcome.model &&
    result.traceId === outcome.decisionTraceId
  );
}

function isWorth({ decision, label, isCorrect, amount }: OutcomeEvidence, { policy }: LabelEvidence): boolean {
  const isActed = decision === policy.act;
  const isPositive = label === policy.outcomes.positive;
  return isCorrect === (isActed === isPositive) && amount === policy.values[decision]?.[label];
}
