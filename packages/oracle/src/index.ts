export {
  type Account,
  type AccountSources,
  gatherAccount,
  type ReaderProgress,
  type SentContents,
} from './account/account.js';
export { readWritten, type Written } from './account/written.js';
export {
  type DeadLetterEvidence,
  gatherEvidence,
  type RawEvidence,
  type ResultEvidence,
  type TopicEvidence,
} from './evidence.js';
export {
  type AcknowledgedFeedback,
  judgeLabels,
  LABEL_BREACHES,
  type LabelBreach,
  type LabelCounts,
  type LabelEvidence,
  type LabelVerdict,
} from './judge-labels.js';
export { type JudgedTraces, judgeTraces, type SeenSpan, type SeenTraces, type TraceVerdict } from './judge-traces.js';
export type { FeedbackEvidence, OutcomeEvidence, SaidLabel } from './label-evidence.js';
export { judgeLateness, type LatenessEvidence, type LatenessVerdict } from './lateness.js';
export type { ProducedContext } from './produced-context.js';
export { finalOutcomes, type Performance, performanceByModel, sumOf } from './performance.js';
export { LAWS } from './laws/index.js';
export { type Finding, type Law, sentenceOf } from './laws/law.js';
export { type IdentityKey, identityKey, type Position } from './record-parts.js';
export { readDecisions, type StoredDecision } from './stored-decisions.js';
export { readLabels, type StoredLabel, type StoredLabels, type StoredOutcome } from './stored-labels.js';
export { type AcknowledgedContents, BREACHES, type Breach, type Evidence, judge, type Verdict } from './verdict.js';
export { differingModels, readWindowPerformance } from './windows.js';
