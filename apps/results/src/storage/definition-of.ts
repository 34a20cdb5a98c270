import { NotFoundException } from '@nestjs/common';
import { PitwallError } from '@pitwall/contracts';
import type { PipelineDefinition } from '@pitwall/pipeline';

/** The definition of a pipeline whose topic is read. Throws a {@link PitwallError} `unknown_pipeline` where there is none. */
export function definitionOf(pipelines: readonly PipelineDefinition[], name: string): PipelineDefinition {
  const definition = pipelines.find((pipeline) => pipeline.name === name);
  if (definition !== undefined) return definition;
  throw new PitwallError(`There is no definition of the pipeline ${name}, though its topic is read.`, {
    code: 'unknown_pipeline',
  });
}

/** The definition of a pipeline that a request names. Throws a `NotFoundException` that says which there are. */
export function requirePipeline(pipelines: readonly PipelineDefinition[], name: string): PipelineDefinition {
  const definition = pipelines.find((pipeline) => pipeline.name === name);
  if (definition !== undefined) return definition;
  const known = pipelines.map((pipeline) => pipeline.name).join(', ');
  throw new NotFoundException(`There is no pipeline ${JSON.stringify(name.slice(0, 200))} here; there is: ${known}.`);
}
