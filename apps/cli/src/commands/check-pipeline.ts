import { checkPipeline as check, formatProblems } from '@pitwall/pipeline';
import { EXIT } from '../exit-codes.js';
import { command } from './command.js';

/** `pitwall pipeline check <folder>`: everything that is wrong with a definition. */
export const checkPipeline = command({
  path: ['pipeline', 'check'],
  group: 'Prepare:',
  summary: 'Checks a pipeline definition as a whole and prints everything that is wrong with it.',
  details: 'Needs no server. Services refuse to start with a definition that does not pass.',
  needs: [],
  arguments: [{ syntax: '<folder>', description: 'folder with pipeline.yaml' }],
  options: [],
  examples: [
    { line: 'pipeline check pipelines/flight-delay', says: 'every problem with file, place and what was expected' },
    { line: 'pipeline check pipelines/flight-delay --json', says: 'the same for a program' },
  ],
  run: async ({ output }, { args: [folder = ''] }) => {
    const problems = await check(folder);
    output.json({ folder, isUsable: problems.length === 0, problems });
    if (problems.length === 0) {
      output.line(`${folder} is a usable pipeline definition.`);
      return EXIT.ok;
    }
    output.line(`${folder} has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}:`);
    output.line(formatProblems(problems));
    return EXIT.failed;
  },
});
