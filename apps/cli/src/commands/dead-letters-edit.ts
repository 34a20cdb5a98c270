import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { type BytesView, deadLetterEditSchema, INTERNAL_RECORD_BYTES } from '@pitwall/contracts';
import { DeadLettersApi } from '../dead-letters/dead-letters-api.js';
import { requireId } from '../dead-letters/ids.js';
import { ACCOUNT_OPTIONS, accountOf, type AccountOptions } from '../dead-letters/selection.js';
import { CommandFailure, EXIT } from '../exit-codes.js';
import { count } from '../output/words.js';
import { command, type CommandContext } from './command.js';
import { OPTION, type PipelineOption } from './options.js';

interface EditOptions extends PipelineOption, AccountOptions {
  readonly file?: string;
}

/** `pitwall dead-letters edit <deadLetterId>`: another payload for one record, beside the original. */
export const deadLettersEdit = command<EditOptions>({
  path: ['dead-letters', 'edit'],
  group: 'Act:',
  summary: 'Gives one dead letter another payload, which the next redrive sends; the original stays beside it.',
  needs: ['results'],
  arguments: [{ syntax: '<deadLetterId>', description: 'id of the dead letter' }],
  options: [
    OPTION.pipeline,
    { flags: '--file <file>', description: 'the whole new value; "-" or nothing: from standard input' },
    ...ACCOUNT_OPTIONS,
  ],
  examples: [
    {
      line: 'dead-letters edit 60981cec-c8ac-5cf0-9872-ae3d3e87e261 --file apps/demo/example-event.json --why typo',
      says: 'from a file',
    },
    { line: 'dead-letters edit 60981cec-c8ac-5cf0-9872-ae3d3e87e261 --why typo --json', says: 'from standard input' },
  ],
  run: async (context, { args: [typed = ''], options }) => {
    const id = requireId(typed, 'dead letter');
    const api = new DeadLettersApi(context);
    const account = accountOf(options);
    const bytes = await read(context, options.file ?? '-');
    const body = { ...account, value: viewOf(bytes) };
    const edit = await api.post(`/dead-letters/${id}/edits`, deadLetterEditSchema, body);
    context.output.json(edit);
    context.output.line(
      `Edit ${edit.revision} of ${edit.deadLetterId} is kept. Send it: pitwall dead-letters redrive ${id}`,
    );
    return EXIT.ok;
  },
});

/** As text where JSON can carry it and a database keeps it. @throws CommandFailure `usage` for what no topic takes */
function viewOf(bytes: Buffer): BytesView {
  if (bytes.length > INTERNAL_RECORD_BYTES) {
    throw new CommandFailure(
      `Got ${count(bytes.length)} bytes, expected at most ${count(INTERNAL_RECORD_BYTES)}: no topic takes more.`,
      EXIT.usage,
    );
  }
  return isUtf8(bytes) && !bytes.includes(0) ? { text: bytes.toString('utf8') } : { base64: bytes.toString('base64') };
}

async function read({ stdin }: CommandContext, file: string): Promise<Buffer> {
  if (file === '-') return buffer(stdin);
  try {
    return await readFile(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`${file} cannot be read: ${why}`, EXIT.usage, { cause: error });
  }
}
