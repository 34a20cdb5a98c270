import { loadPipeline, type PipelineDefinition } from '@pitwall/pipeline';
import { CommandFailure, EXIT } from '../exit-codes.js';
import type { CommandContext } from './command.js';
import type { PipelineOption } from './options.js';

/** Which definition is meant. */
export interface DefinitionOptions extends PipelineOption {
  readonly definition?: string;
}

/** The definition of the folder that is given, or of the pipeline that the demo runs. @throws CommandFailure `usage` */
export async function definitionOf(
  { settings }: Pick<CommandContext, 'settings'>,
  { definition: given, pipeline }: DefinitionOptions,
): Promise<PipelineDefinition> {
  const folder = given ?? settings.pipelineFolder();
  if (folder === undefined) {
    throw new CommandFailure(
      `What events of ${settings.pipeline()} look like is not known: no demo runs that pipeline; give --definition <folder>.`,
      EXIT.usage,
    );
  }
  const definition = await loadPipeline(folder);
  if (pipeline === undefined || pipeline === definition.name) return definition;
  throw new CommandFailure(
    `Got --pipeline ${pipeline} and the definition of ${definition.name} in ${folder}; leave one of them away.`,
    EXIT.usage,
  );
}
