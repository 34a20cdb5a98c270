export { CLEANING_RULES, type AnyCleaningRule, type CleaningRuleConfig } from './cleaning/index.js';
export { QualityNotes } from './cleaning/quality-notes.js';
export type { CleaningStep, EventRecord } from './cleaning/rule.js';
export { decide, decideFallback, isCorrect, labelOutcome, valueOf, type Decision } from './decision.js';
export type {
  DecisionPolicy,
  FallbackPolicy,
  FeedbackPolicy,
  ModelArtifact,
  PipelineDefinition,
  RetentionPolicy,
} from './definition.js';
export type { Feature } from './feature.js';
export { formatProblems, PipelineDefinitionError, type DefinitionProblem } from './definition-problem.js';
export {
  compileCleaning,
  compileEventPath,
  type EventDefinition,
  type EventPath,
  type PreparedEvent,
} from './event-path.js';
export { parseEpochMs, parseEventTime } from './event-time.js';
export { compileValidator, type EventValidator, type Violations } from './event-validator.js';
export { ABSENT, compileFeatures, type FeatureExtractor, type FeatureValues } from './features.js';
export type { GoldenRow, ModelInput, ModelManifest } from './files/manifest.schema.js';
export type { FeatureProfile, ReferenceProfile } from './files/profile.schema.js';
export type { EventEnvelope, RejectedEvent } from './identity.js';
export { checkPipeline, loadPipeline } from './load-pipeline.js';
export { findUnstorableText } from './storable-text.js';
