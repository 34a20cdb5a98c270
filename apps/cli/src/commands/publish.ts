import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { defaultSource, eventsTopic, HEADER, JSON_CONTENT_TYPE } from '@pitwall/contracts';
import { type OutboundRecord, partitionFor } from '@pitwall/messaging';
import { loadPipeline, type PipelineDefinition } from '@pitwall/pipeline';
import { withKafka } from '../connection/kafka.js';
import { CommandFailure, EXIT } from '../exit-codes.js';
import { command } from './command.js';
import { OPTION, type PipelineOption } from './options.js';

/** `pitwall publish <file>`: sends one event of one's own, as it is: what is wrong with it is for Pitwall to say. */
export const publish = command<PipelineOption & { readonly id?: string }>({
  path: ['publish'],
  group: 'Act:',
  summary: 'Publishes one event, as it is, from a JSON file or ("-") from standard input.',
  details: 'Id, time and entity are taken from the fields that the definition names.',
  needs: ['kafka'],
  arguments: [{ syntax: '[file]', description: 'file with one event; "-" or nothing is standard input' }],
  options: [
    OPTION.pipeline,
    { flags: '--id <id>', description: 'event id (default: the field that the definition names)' },
  ],
  examples: [
    { line: 'publish apps/demo/example-event.json', says: 'an event from a file' },
    { line: 'publish --json', says: 'an event from standard input, and its id for a program' },
  ],
  run: async (context, { args: [file = '-'], options: { id } }) => {
    const { settings, output } = context;
    const brokers = settings.address('kafka');
    const folder = settings.pipelineFolder();
    if (folder === undefined) {
      throw new CommandFailure(
        `The running demo has no pipeline ${settings.pipeline()}; give --data or --pipeline.`,
        EXIT.usage,
      );
    }
    const pipeline = await loadPipeline(folder);
    const value = file === '-' ? await text(context.stdin) : await readEvent(file);
    const event = recordOf(value, { pipeline, id });
    await withKafka(brokers, async (client) => {
      const publisher = await client.publisher();
      await publisher.send([event.record]);
      await publisher.close();
    });
    const { topic, partition } = event.record;
    output.json({ eventId: event.id, topic, partition });
    output.line(`Published ${event.id} to ${topic}, partition ${partition}. What became of it:`);
    output.line(`  npm run -s pitwall -- decision '${event.id}'`);
    return EXIT.ok;
  },
});

async function readEvent(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandFailure(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      EXIT.usage,
      {
        cause: error,
      },
    );
  }
}

interface NamedRecord {
  readonly id: string;
  readonly record: OutboundRecord;
}

/** Takes what it can from the event; text that is no JSON is sent too, under an id of its own. */
function recordOf(
  value: string,
  { pipeline, id: givenId }: { readonly pipeline: PipelineDefinition; readonly id: string | undefined },
): NamedRecord {
  const fields = fieldsOf(value);
  const { event } = pipeline;
  const id = givenId ?? textOf(fields, event.id) ?? randomUUID();
  const entity = event.entity.map((field) => textOf(fields, field)).find((found) => found !== undefined) ?? id;
  const time = textOf(fields, event.time);
  const headers = {
    [HEADER.ceSpecVersion]: '1.0',
    [HEADER.ceId]: id,
    [HEADER.ceSource]: defaultSource(pipeline.name),
    [HEADER.ceType]: event.type,
    ...(time === undefined ? {} : { [HEADER.ceTime]: time }),
    [HEADER.contentType]: JSON_CONTENT_TYPE,
  };
  const key = Buffer.from(entity);
  return {
    id,
    record: {
      topic: eventsTopic.name(pipeline.name),
      partition: partitionFor(key, pipeline.partitions),
      key,
      value: Buffer.from(value),
      headers: Object.entries(headers).map(([name, header]) => ({ name, value: Buffer.from(header) })),
    },
  };
}

function fieldsOf(value: string): Readonly<Record<string, unknown>> {
  try {
    const event: unknown = JSON.parse(value);
    return typeof event === 'object' && event !== null ? (event as Readonly<Record<string, unknown>>) : {};
  } catch {
    // Not JSON: Pitwall says so in the dead letter.
    return {};
  }
}

function textOf(fields: Readonly<Record<string, unknown>>, name: string | undefined): string | undefined {
  const value = name === undefined ? undefined : fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
