import { formatProblems, checkPipeline as check } from '@pitwall/pipeline';
import { EXIT } from '../exit-codes.js';
import type { CommandRun } from './command.js';

/** `pitwall pipeline check <folder>`: everything that is wrong with a definition. Needs no server. */
export const checkPipeline: CommandRun<{ readonly folder: string }> = async ({ output }, { folder }) => {
  const problems = await check(folder);
  output.json({ folder, isUsable: problems.length === 0, problems });
  if (problems.length === 0) {
    output.line(`${folder} is a usable pipeline definition.`);
    return EXIT.ok;
  }
  output.line(`${folder} has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}:`);
  output.line(formatProblems(problems));
  return EXIT.failed;
};
