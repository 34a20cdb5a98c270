import { DEFAULT_REDRIVE_RATE, redriveAnswerSchema } from '@pitwall/contracts';
import { DeadLettersApi } from '../dead-letters/dead-letters-api.js';
import { renderPlan } from '../dead-letters/render-redrive.js';
import {
  ACCOUNT_OPTIONS,
  accountOf,
  type AccountOptions,
  nothingMeant,
  SELECTION_OPTIONS,
  selectionOf,
  type SelectionOptions,
} from '../dead-letters/selection.js';
import { watchRedrive } from '../dead-letters/watch-redrive.js';
import { EXIT } from '../exit-codes.js';
import { command } from './command.js';
import { OPTION, type PipelineOption, wholeNumberFrom } from './options.js';

interface RedriveOptions extends PipelineOption, SelectionOptions, AccountOptions {
  readonly dryRun?: true;
  readonly rate?: number;
  readonly wait?: true;
}

/** `pitwall dead-letters redrive`: gives records back to the topics that their stages read. */
export const deadLettersRedrive = command<RedriveOptions>({
  path: ['dead-letters', 'redrive'],
  group: 'Act:',
  summary: 'Gives dead letters back to the topics that their stages read. Each takes effect once.',
  details:
    'The records keep their identity and trace. What is decided already stays decided. The redrive goes on without this command, also when services are killed. Ends with 3 when no dead letter is meant, with --wait also with 1 when records died again.',
  needs: ['results'],
  arguments: [{ syntax: '[deadLetterId...]', description: 'ids of dead letters' }],
  options: [
    OPTION.pipeline,
    ...SELECTION_OPTIONS,
    ...ACCOUNT_OPTIONS,
    { flags: '--dry-run', description: 'only say how many would go where, and how many are done already' },
    {
      flags: '--rate <n>',
      description: `records a second, ${DEFAULT_REDRIVE_RATE} unless given`,
      parse: wholeNumberFrom(1),
    },
    { flags: '--wait', description: 'tell how far it is until it has ended' },
  ],
  examples: [
    { line: 'dead-letters redrive --reason model_row_failed --dry-run', says: 'look first' },
    {
      line: "dead-letters redrive --group 4f1c2a9be07d3358 --why 'model 1.3 is out' --wait",
      says: 'a group, and wait',
    },
    { line: 'dead-letters redrive --all --rate 500 --why upgrade --json', says: 'all, for a program' },
  ],
  run: async (context, { args, options }) => {
    const api = new DeadLettersApi(context);
    const { output } = context;
    const dryRun = options.dryRun === true;
    const request = {
      ...selectionOf(args, options, context.now()),
      ...accountOf(dryRun ? { why: 'dry run', ...options } : options),
      dryRun,
      ...(options.rate === undefined ? {} : { ratePerSecond: options.rate }),
    };
    const answer = await api.post('/redrives', redriveAnswerSchema, request);
    const { plan, redrive } = answer;
    if (plan.selected === 0) {
      output.json(answer);
      output.note(nothingMeant(api.pipeline));
      return EXIT.notFound;
    }
    for (const line of renderPlan(plan)) output.line(line);
    if (redrive !== null && options.wait === true) return watchRedrive(context, api, redrive.redriveId);
    output.json(answer);
    if (redrive !== null) output.line(`On its way: pitwall dead-letters redrives ${redrive.redriveId}`);
    else output.line(dryRun ? 'Nothing was done: a dry run.' : 'Nothing is to be sent.');
    return EXIT.ok;
  },
});
