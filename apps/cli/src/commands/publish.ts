import { open } from 'node:fs/promises';
import { withKafka } from '../connection/kafka.js';
import { CommandFailure, EXIT } from '../exit-codes.js';
import { documentsIn } from '../publish/documents.js';
import type { EventOptions } from '../publish/event-record.js';
import { Publishing } from '../publish/publishing.js';
import { command } from './command.js';
import { definitionOf, type DefinitionOptions } from './definition-of.js';
import { OPTION, wholeNumberFrom } from './options.js';

interface PublishOptions extends DefinitionOptions, EventOptions {
  readonly lines?: true;
  readonly wait?: number | true;
}

const DEFAULT_WAIT_SECONDS = 30;

/** `pitwall publish [file]`: sends events of one's own, as they are: what is wrong with them is for Pitwall to say. */
export const publish = command<PublishOptions>({
  path: ['publish'],
  group: 'Act:',
  summary: 'Publishes events, as they are, from a file or from standard input.',
  details:
    'One JSON document, or one a line (NDJSON). A CloudEvent goes as it is; anything else is named by the fields that the definition names, or gets a new id. Done when Kafka has acknowledged; with --wait, when it is known what became of them.',
  needs: ['kafka', 'results'],
  arguments: [{ syntax: '[file]', description: 'file with events; "-" or nothing is standard input' }],
  options: [
    OPTION.pipeline,
    OPTION.definition,
    { flags: '--id <id>', description: 'event id (default: the field that the definition names, or a new one)' },
    { flags: '--source <source>', description: 'source of the event (default: /<pipeline>)' },
    {
      flags: '--key <key>',
      description: 'record key, which is the entity (default: the fields that the definition names)',
    },
    { flags: '--lines', description: 'one event a line, sent as the lines come (default: as the whole input looks)' },
    {
      flags: '--wait [seconds]',
      description: `waits until every event is decided or a dead letter, ${DEFAULT_WAIT_SECONDS} s unless given; 1 if one is not decided`,
      parse: wholeNumberFrom(1),
    },
  ],
  examples: [
    { line: 'publish apps/demo/example-event.json --wait', says: 'an event from a file, and what was decided' },
    { line: 'publish --lines --json', says: 'events from standard input, one a line, with their ids for a program' },
    { line: "publish event.json --id 'my flight' --key N14228", says: 'under an id and for an entity of your own' },
  ],
  run: async (context, { args: [file = '-'], options }) => {
    const brokers = context.settings.address('kafka');
    if (options.wait !== undefined) context.settings.address('results');
    const definition = await definitionOf(context, options);
    const { id, source, key, wait } = options;
    const named = {
      ...(id === undefined ? {} : { id }),
      ...(source === undefined ? {} : { source }),
      ...(key === undefined ? {} : { key }),
    };
    const waitSeconds = wait === true ? DEFAULT_WAIT_SECONDS : (wait ?? null);
    return withKafka(brokers, (client, admin) =>
      readable(file, async () => {
        const input = file === '-' ? context.stdin : (await open(file)).createReadStream();
        const documents = documentsIn(input, options.lines === true ? 'lines' : 'detect');
        return new Publishing(context, { client, admin }, { definition, named, waitSeconds }).run(documents);
      }),
    );
  },
});

/** @throws CommandFailure `usage` where the file cannot be read */
async function readable<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || !['EACCES', 'EISDIR', 'ENOENT'].includes(code)) throw error;
    throw new CommandFailure(`${file} cannot be read: ${message}`, EXIT.usage, { cause: error });
  }
}
