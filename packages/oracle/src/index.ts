export {
  type DeadLetterEvidence,
  gatherEvidence,
  type IdentityKey,
  identityKey,
  type Position,
  type RawEvidence,
  type ResultEvidence,
  type TopicEvidence,
} from './evidence.js';
export { readDecisions, type StoredDecision } from './stored-decisions.js';
export { type AcknowledgedContents, BREACHES, type Breach, type Evidence, judge, type Verdict } from './verdict.js';
