import type { CleaningRuleConfig } from '../cleaning/index.js';
import type { Finding } from '../definition-problem.js';
import type { ModelArtifact } from '../definition.js';
import type { EventFields } from '../event-fields.js';
import type { Feature } from '../feature.js';
import type { PipelineFile } from '../files/pipeline-file.schema.js';
import type { ReferenceProfile } from '../files/profile.schema.js';

/**
 * The parts of a definition that have their own shape. A part that has not is undefined: what is wrong with it has been said,
 * and the checks go on with the others, so that all problems come at once.
 */
export interface DefinitionParts {
  readonly event: PipelineFile['event'] | undefined;
  /** In order. */
  readonly cleaning: readonly CleaningRuleConfig[] | undefined;
  readonly features: readonly Feature[] | undefined;
  readonly model: PipelineFile['model'] | undefined;
  readonly decision: PipelineFile['decision'] | undefined;
  readonly feedback: PipelineFile['feedback'] | undefined;
  readonly retention: PipelineFile['retention'] | undefined;
  /** Of the raw event. */
  readonly fields: EventFields | undefined;
  /** Of the cleaned event. */
  readonly cleanFields: EventFields | undefined;
  /** The manifests that could be read. */
  readonly models: readonly LoadedModel[];
  readonly areAllModelsRead: boolean;
  readonly profile: ProfileFile | undefined;
}

/** The profile and the SHA-256 of its file. */
export interface ProfileFile {
  readonly reference: ReferenceProfile;
  readonly sha256: string;
}

/** A model's manifest and what was found at its side. */
export interface LoadedModel extends ModelArtifact {
  /** The manifest's file, relative to the definition's folder. */
  readonly file: string;
  /** Undefined where the ONNX file cannot be read. */
  readonly onnx: { readonly sha256: string; readonly bytes: number } | undefined;
}

/** Looks at how the parts of a definition fit each other. Pure. */
export type DefinitionCheck = (parts: DefinitionParts) => readonly Finding[];

/** Relative to the definition's folder, as are the next two. */
export const PIPELINE_FILE = 'pipeline.yaml';
/** JSON Schema of the raw event. */
export const EVENT_SCHEMA_FILE = 'event.schema.json';
/** The reference profile. */
export const PROFILE_FILE = 'models/profile.json';

/** Findings for every value that is there a second time, at the path of the second. */
export function duplicates(
  file: string,
  values: readonly { value: string; path: readonly PropertyKey[] }[],
): Finding[] {
  const seen = new Set<string>();
  return values.flatMap(({ value, path }) => {
    const again = seen.has(value);
    seen.add(value);
    return again ? [{ file, path, got: value, expected: 'a name that is not there already' }] : [];
  });
}
