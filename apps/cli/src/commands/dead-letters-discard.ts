import { discardViewSchema } from '@pitwall/contracts';
import { DeadLettersApi } from '../dead-letters/dead-letters-api.js';
import {
  ACCOUNT_OPTIONS,
  accountOf,
  type AccountOptions,
  nothingMeant,
  SELECTION_OPTIONS,
  selectionOf,
  type SelectionOptions,
} from '../dead-letters/selection.js';
import { EXIT } from '../exit-codes.js';
import { count, counted } from '../output/words.js';
import { command } from './command.js';
import { OPTION, type PipelineOption } from './options.js';

interface DiscardOptions extends PipelineOption, SelectionOptions, AccountOptions {
  readonly dryRun?: true;
}

/** `pitwall dead-letters discard`: closes dead letters about which nothing is to be done. */
export const deadLettersDiscard = command<DiscardOptions>({
  path: ['dead-letters', 'discard'],
  group: 'Act:',
  summary: 'Closes open dead letters about which nothing is to be done; they are kept all the same.',
  details: 'Ends with 3 when no dead letter is meant.',
  needs: ['results'],
  arguments: [{ syntax: '[deadLetterId...]', description: 'ids of dead letters' }],
  options: [
    OPTION.pipeline,
    ...SELECTION_OPTIONS,
    ...ACCOUNT_OPTIONS,
    { flags: '--dry-run', description: 'only say how many would be closed' },
  ],
  examples: [
    { line: 'dead-letters discard --group 4f1c2a9be07d3358 --why noise', says: 'a group' },
    { line: 'dead-letters discard --reason not_json --to 30d --dry-run --json', says: 'how many old ones there are' },
  ],
  run: async (context, { args, options }) => {
    const api = new DeadLettersApi(context);
    const dryRun = options.dryRun === true;
    const account = accountOf(dryRun ? { why: 'dry run', ...options } : options);
    const request = { ...selectionOf(args, options, context.now()), ...account, dryRun };
    const view = await api.post('/discards', discardViewSchema, request);
    const { discarded, closed } = view;
    context.output.json(view);
    const done = dryRun ? 'would be discarded' : 'discarded';
    if (discarded + closed === 0) {
      context.output.note(nothingMeant(api.pipeline));
      return EXIT.notFound;
    }
    context.output.line(`${counted(discarded, 'dead letter')} ${done}, ${count(closed)} closed before.`);
    return EXIT.ok;
  },
});
