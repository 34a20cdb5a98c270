import { type ModelReference, PitwallError } from '@pitwall/contracts';
import type { ModelArtifact, PipelineDefinition } from '@pitwall/pipeline';

/**
 * The file of a deployed version: of this name, this version and this very digest. Throws `model_unknown` naming what is there
 * instead.
 */
export function findArtifact({ name, models }: PipelineDefinition, wanted: ModelReference): ModelArtifact {
  const reference = `${wanted.model}@${wanted.version}`;
  const found = models.get(reference);
  if (found?.manifest.artifact.sha256 === wanted.digest) return found;
  const instead =
    found === undefined
      ? `the folder of the pipeline has ${[...models.keys()].join(', ')}`
      : `the folder of the pipeline has ${reference} with the digest ${found.manifest.artifact.sha256}`;
  throw new PitwallError(
    `The pipeline ${name} is to be answered by ${reference} with the digest ${wanted.digest}, but ${instead}. ` +
      'Put the model and its manifest into the folder of every instance, or announce a version that is there.',
    { code: 'model_unknown', details: { pipeline: name, ...wanted } },
  );
}
