import { writeFile } from 'node:fs/promises';
import { type BytesView, type DeadLetterView, deadLetterViewSchema } from '@pitwall/contracts';
import { DeadLettersApi } from '../dead-letters/dead-letters-api.js';
import { requireId } from '../dead-letters/ids.js';
import { renderLetter } from '../dead-letters/render-dead-letters.js';
import { CommandFailure, EXIT } from '../exit-codes.js';
import { command } from './command.js';
import { OPTION, type PipelineOption } from './options.js';

/** `pitwall dead-letters show <deadLetterId>`: why it died, what it was, what is to be done. */
export const deadLettersShow = command<PipelineOption & { readonly raw?: string }>({
  path: ['dead-letters', 'show'],
  group: 'Look:',
  summary: 'Why one record died, what it was, and what can be done about it.',
  details: 'What the record holds is shown without control characters and cut; --raw writes it as it is.',
  needs: ['results'],
  arguments: [{ syntax: '<deadLetterId>', description: 'id of the dead letter' }],
  options: [
    OPTION.pipeline,
    { flags: '--raw <file>', description: 'writes the original value to a file, byte for byte' },
  ],
  examples: [
    { line: 'dead-letters show 60981cec-c8ac-5cf0-9872-ae3d3e87e261', says: 'reason, violations, key, headers, value' },
    {
      line: 'dead-letters show 60981cec-c8ac-5cf0-9872-ae3d3e87e261 --raw event.json',
      says: 'and the value in a file',
    },
    { line: 'dead-letters show 60981cec-c8ac-5cf0-9872-ae3d3e87e261 --json', says: 'all of it, for a program' },
  ],
  run: async (context, { args: [typed = ''], options: { raw } }) => {
    const id = requireId(typed, 'dead letter');
    const view = await new DeadLettersApi(context).get(`/dead-letters/${id}`, deadLetterViewSchema);
    if (raw !== undefined) await writeValue(view, raw);
    context.output.json(view);
    for (const line of renderLetter(view)) context.output.line(line);
    return EXIT.ok;
  },
});

async function writeValue({ value }: DeadLetterView, file: string): Promise<void> {
  if (value === null) throw new CommandFailure('The record has no value to be written out.', EXIT.failed);
  try {
    await writeFile(file, bytesOf(value));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`${file} cannot be written: ${why}`, EXIT.failed, { cause: error });
  }
}

function bytesOf(value: BytesView): Buffer {
  return 'text' in value ? Buffer.from(value.text, 'utf8') : Buffer.from(value.base64, 'base64');
}
