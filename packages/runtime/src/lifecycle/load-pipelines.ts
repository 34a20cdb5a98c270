import { PitwallError } from '@pitwall/contracts';
import { loadPipeline, type PipelineDefinition } from '@pitwall/pipeline';
import { messageOf } from '../error-facts.js';

/** Loads all pipelines. Rejects with everything that is wrong with any of them (`invalid_pipelines`). */
export async function loadPipelines(folders: readonly string[]): Promise<readonly PipelineDefinition[]> {
  const loaded = await Promise.allSettled(folders.map((folder) => loadPipeline(folder)));
  const definitions = loaded.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const problems = [
    ...loaded.flatMap((result) => (result.status === 'rejected' ? [messageOf(result.reason)] : [])),
    ...repeatedNames(definitions),
  ];
  if (problems.length === 0) return definitions;
  throw new PitwallError(`PITWALL_PIPELINES cannot be served.\n${problems.join('\n')}`, { code: 'invalid_pipelines' });
}

function repeatedNames(definitions: readonly PipelineDefinition[]): readonly string[] {
  const names = definitions.map(({ name }) => name);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...repeated].map((name) => `The pipeline ${name} is given more than once; names must be unique.`);
}
