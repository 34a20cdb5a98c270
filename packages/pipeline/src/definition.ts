import type { z } from 'zod';
import type { CleaningRuleConfig } from './cleaning/index.js';
import type { Feature } from './feature.js';
import type { ModelManifest } from './files/manifest.schema.js';
import type { pipelineFileSchema } from './files/pipeline-file.schema.js';
import type { ReferenceProfile } from './files/profile.schema.js';

type PipelineFile = z.output<typeof pipelineFileSchema>;

/** An ONNX file with its manifest, both checked against the definition and the digest verified. */
export interface ModelArtifact {
  /** `name@version`. */
  readonly reference: string;
  /** Absolute path of the ONNX file. */
  readonly path: string;
  readonly manifest: ModelManifest;
}

/** Which decision a score leads to, and what each outcome of it is worth. */
export interface DecisionPolicy {
  readonly policyVersion: string;
  /** Act where the score reaches it, 0 to 1. */
  readonly threshold: number;
  /** The decision taken at or above the threshold. */
  readonly act: string;
  /** The decision taken below it. */
  readonly hold: string;
  /** What an observed label is called: `positive` is the event that the score is the probability of. */
  readonly outcomes: { readonly positive: string; readonly negative: string };
  /** ISO 4217. */
  readonly currency: string;
  /** Value of one event in `currency`, by decision and outcome. */
  readonly values: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Null: the pipeline waits where no model answers. */
  readonly fallback: FallbackPolicy | null;
}

/** What is decided without a model. */
export interface FallbackPolicy {
  /** Taken when no healthy model answers. */
  readonly decision: string;
  /** How long the pipeline waits for a model before that, milliseconds. */
  readonly afterMs: number;
}

/** What is observed later, and how long it is waited for. */
export interface FeedbackPolicy {
  /** An event without a label so long after its time is `unlabelled`, milliseconds. */
  readonly horizonMs: number;
  /** Who may say what was observed; null: anybody. */
  readonly labelSources: readonly string[] | null;
}

/** For how many days at least what is kept in PostgreSQL stays there. */
export interface RetentionPolicy {
  /** The horizon: a copy of a record is recognised as one at least so long after the first. At most `decisionsDays`. */
  readonly duplicatesDays: number;
  /** Decisions with their labels, outcomes and actions, since they were stored. */
  readonly decisionsDays: number;
  /** At most `decisionsDays`: a decision closes them. */
  readonly deadLettersDays: number;
  /** Windows of monitoring, since they were begun. */
  readonly windowsDays: number;
}

/** A pipeline definition, read and checked as a whole. */
export interface PipelineDefinition {
  /** Absolute path of its folder. */
  readonly folder: string;
  readonly name: string;
  readonly version: number;
  readonly description: string;
  /** Of every topic of the pipeline; never changes. */
  readonly partitions: number;
  readonly event: PipelineFile['event'];
  /** JSON Schema 2020-12 of the raw event, known to compile. */
  readonly eventSchema: Readonly<Record<string, unknown>>;
  /** In order of application. */
  readonly cleaning: readonly CleaningRuleConfig[];
  /** In the order of the definition. */
  readonly features: readonly Feature[];
  readonly model: Omit<PipelineFile['model'], 'champion'>;
  /** The model that is announced first. */
  readonly champion: ModelArtifact;
  /** Every model of the folder by its `name@version`. */
  readonly models: ReadonlyMap<string, ModelArtifact>;
  readonly profile: ReferenceProfile;
  readonly decision: DecisionPolicy;
  readonly feedback: FeedbackPolicy;
  readonly monitoring: PipelineFile['monitoring'];
  readonly retention: RetentionPolicy;
}
