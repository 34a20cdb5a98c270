import { REDRIVE_ACTIONS, redrivesViewSchema, redriveViewSchema } from '@pitwall/contracts';
import { DeadLettersApi } from '../dead-letters/dead-letters-api.js';
import { requireId } from '../dead-letters/ids.js';
import { outcomeLine, progressLine, renderPlan, renderRedrives } from '../dead-letters/render-redrive.js';
import { watchRedrive } from '../dead-letters/watch-redrive.js';
import { CommandFailure, EXIT } from '../exit-codes.js';
import { command } from './command.js';
import { OPTION, type PipelineOption } from './options.js';

interface RedrivesOptions extends PipelineOption {
  readonly pause?: true;
  readonly resume?: true;
  readonly cancel?: true;
  readonly wait?: true;
}

/** `pitwall dead-letters redrives [redriveId]`: how far redrives are; pauses, resumes and cancels one. */
export const deadLettersRedrives = command<RedrivesOptions>({
  path: ['dead-letters', 'redrives'],
  group: 'Act:',
  summary: 'How far redrives are; pauses, resumes or cancels one.',
  needs: ['results'],
  arguments: [{ syntax: '[redriveId]', description: 'id of a redrive (default: the last ones)' }],
  options: [
    OPTION.pipeline,
    { flags: '--pause', description: 'send nothing until it is resumed' },
    { flags: '--resume', description: 'go on' },
    { flags: '--cancel', description: 'end it; what was not sent can be redriven by another' },
    { flags: '--wait', description: 'tell how far it is until it has ended' },
  ],
  examples: [
    { line: 'dead-letters redrives', says: 'the last redrives' },
    { line: 'dead-letters redrives 0190f7ab-1234-5678-9abc-def012345678 --pause', says: 'hold one' },
    { line: 'dead-letters redrives 0190f7ab-1234-5678-9abc-def012345678 --json', says: 'one, for a program' },
  ],
  run: async (context, { args: [id], options }) => {
    const api = new DeadLettersApi(context);
    const { output } = context;
    const [action, ...others] = REDRIVE_ACTIONS.filter((name) => options[name] === true);
    if (others.length > 0 || (id === undefined && (action !== undefined || options.wait === true))) {
      throw new CommandFailure(`Got ${ACTIONS}; expected one of them, and the id of a redrive.`, EXIT.usage);
    }
    if (id === undefined) {
      const list = await api.get('/redrives', redrivesViewSchema);
      output.json(list);
      for (const line of renderRedrives(list)) output.line(line);
      return EXIT.ok;
    }
    const path = `/redrives/${requireId(id, 'redrive')}`;
    const view =
      action === undefined
        ? await api.get(path, redriveViewSchema)
        : await api.post(`${path}/${action}`, redriveViewSchema, {});
    if (options.wait === true) return watchRedrive(context, api, view.redriveId);
    output.json(view);
    for (const line of [...renderPlan(view.plan), progressLine(view), outcomeLine(view)]) output.line(line);
    return EXIT.ok;
  },
});

const ACTIONS = '--pause, --resume, --cancel or --wait together, or without a redrive';
