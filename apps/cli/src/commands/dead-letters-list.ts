import { DEAD_LETTER_STATES, deadLetterGroupsViewSchema, deadLettersViewSchema } from '@pitwall/contracts';
import { DeadLettersApi } from '../dead-letters/dead-letters-api.js';
import { renderGroups, renderLetters } from '../dead-letters/render-dead-letters.js';
import { FILTER_OPTIONS, filterOf, type FilterOptions } from '../dead-letters/selection.js';
import { EXIT } from '../exit-codes.js';
import { command } from './command.js';
import { OPTION, oneOf, type PipelineOption, wholeNumberFrom } from './options.js';

interface ListOptions extends PipelineOption, FilterOptions {
  readonly state?: (typeof STATES)[number];
  readonly each?: true;
  readonly limit?: number;
  readonly cursor?: string;
}

const STATES = [...DEAD_LETTER_STATES, 'all'] as const;

/** `pitwall dead-letters list`: what has died, by cause, or one by one. */
export const deadLettersList = command<ListOptions>({
  path: ['dead-letters', 'list'],
  group: 'Look:',
  summary: 'What has died, in groups of one cause each, or with --each one by one.',
  needs: ['results'],
  arguments: [],
  options: [
    OPTION.pipeline,
    ...FILTER_OPTIONS,
    { flags: '--state <state>', description: 'open, closed or all (default: open)', parse: oneOf(STATES) },
    { flags: '--each', description: 'single dead letters, the last first' },
    { flags: '--limit <n>', description: 'with --each: at most so many, 50 unless given', parse: wholeNumberFrom(1) },
    { flags: '--cursor <cursor>', description: 'with --each: those after the page before' },
  ],
  examples: [
    { line: 'dead-letters list', says: 'open ones by cause, the largest group first' },
    { line: 'dead-letters list --reason schema_violation --from 2h --each', says: 'single ones of the last two hours' },
    { line: 'dead-letters list --state all --json', says: 'for a program, with those that are closed' },
  ],
  run: async (context, { options }) => {
    const api = new DeadLettersApi(context);
    const { state = 'open', each, limit, cursor } = options;
    const query = { ...filterOf(options, context.now()), ...(state === 'all' ? {} : { state }) };
    if (each === true) {
      const page = await api.get('/dead-letters', deadLettersViewSchema, { ...query, limit, cursor });
      context.output.json(page);
      for (const line of renderLetters(page)) context.output.line(line);
    } else {
      const groups = await api.get('/dead-letter-groups', deadLetterGroupsViewSchema, query);
      context.output.json(groups);
      for (const line of renderGroups(groups)) context.output.line(line);
    }
    return EXIT.ok;
  },
});
