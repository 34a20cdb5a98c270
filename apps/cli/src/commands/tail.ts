import { TOPICS, type TopicSpec } from '@pitwall/contracts';
import type { InboundRecord, MessagingClient, TopicAdmin, TopicRange } from '@pitwall/messaging';
import { InvalidArgumentError } from 'commander';
import { closing, requireTopics, withKafka } from '../connection/kafka.js';
import { EXIT } from '../exit-codes.js';
import { recordJson } from '../tail/record-json.js';
import { DESCRIBERS, lineOf } from '../tail/record-lines.js';
import { command, type CommandContext } from './command.js';
import { type Moment, MOMENT_SYNTAX, momentFrom, resolveMoment } from './moment.js';
import { OPTION, type PipelineOption, wholeNumberFrom } from './options.js';

interface TailOptions extends PipelineOption {
  readonly topic?: readonly string[];
  readonly entity?: string;
  readonly limit?: number;
  readonly since?: Moment;
  readonly fromBeginning?: true;
  /** False with `--no-follow`. */
  readonly follow: boolean;
}

const KINDS = TOPICS.map(({ kind }) => kind);

/** `pitwall tail`: records as they come, or those that are there. */
export const tail = command<TailOptions>({
  path: ['tail'],
  group: 'Look:',
  summary: 'Shows the records of a topic as they come, one line each.',
  details: 'Reads without a consumer group: nothing is committed, and no reader notices. Ends with Ctrl-C.',
  needs: ['kafka'],
  arguments: [],
  options: [
    OPTION.pipeline,
    { flags: '--topic <kind,…>', description: `${KINDS.join(', ')} (default: results)`, parse: kindsFrom },
    { flags: '--entity <entity>', description: 'only records of this entity, by their key' },
    { flags: '--limit <n>', description: 'ends after so many records', parse: wholeNumberFrom(1) },
    { flags: '--since <time>', description: `begins with what was appended then: ${MOMENT_SYNTAX}`, parse: momentFrom },
    { flags: '--from-beginning', description: 'begins with the oldest record that is still there' },
    { flags: '--no-follow', description: 'ends with what is there now' },
  ],
  examples: [
    { line: 'tail', says: 'every decision as it is published' },
    {
      line: 'tail --topic dead-letters --from-beginning --no-follow',
      says: 'every dead letter so far, with its reason',
    },
    {
      line: 'tail --topic events,results --entity N328JB --since 15m',
      says: 'one aircraft, from a quarter of an hour ago on',
    },
    { line: 'tail --limit 100 --json', says: 'the next hundred decisions, one JSON document a line' },
  ],
  run: async (context, { options }) => {
    const brokers = context.settings.address('kafka');
    const pipeline = context.settings.pipeline();
    const specs = (options.topic ?? ['results']).flatMap((kind) => TOPICS.filter((spec) => spec.kind === kind));
    const topics = specs.map((spec) => spec.name(pipeline));
    await withKafka(brokers, async (client, admin) => {
      await requireTopics(admin, topics);
      const ranges = await Promise.all(topics.map((topic) => rangeOf(topic, admin, { options, now: context.now() })));
      await show(context, client, { ranges, ...shownBy(specs, pipeline), options });
    });
    return EXIT.ok;
  },
});

function kindsFrom(text: string): readonly string[] {
  const kinds = text.split(',').map((kind) => kind.trim());
  const unknown = kinds.find((kind) => !KINDS.includes(kind));
  if (unknown === undefined) return [...new Set(kinds)];
  throw new InvalidArgumentError(`Got ${JSON.stringify(unknown)}, expected one or more of ${KINDS.join(', ')}.`);
}

interface RangeQuestion {
  readonly options: TailOptions;
  readonly now: Date;
}

async function rangeOf(topic: string, admin: TopicAdmin, { options, now }: RangeQuestion): Promise<TopicRange> {
  const ends = await admin.endOffsets(topic);
  const to = options.follow ? null : ends;
  if (options.fromBeginning === true) return { topic, from: await admin.startOffsets(topic), to };
  if (options.since === undefined) return { topic, from: ends, to };
  return { topic, from: await admin.offsetsAt(topic, resolveMoment(options.since, now)), to };
}

interface Showing {
  readonly ranges: readonly TopicRange[];
  readonly lineOf: (record: InboundRecord) => string;
  readonly options: TailOptions;
}

async function show(
  { output, signal }: Pick<CommandContext, 'output' | 'signal'>,
  client: MessagingClient,
  { ranges, options: { entity, limit = Infinity }, ...shown }: Showing,
): Promise<void> {
  let left = limit;
  await closing(client.reader(), async (reader) => {
    for await (const { records } of reader.read(ranges, signal)) {
      for (const record of records) {
        if (entity !== undefined && record.key?.toString('utf8') !== entity) continue;
        output.line(shown.lineOf(record));
        output.json(recordJson(record));
        left -= 1;
        if (left === 0 || signal.aborted) return;
      }
    }
  });
}

/** How records are shown: with the kind of their topic where there are several. */
function shownBy(specs: readonly TopicSpec[], pipeline: string): Pick<Showing, 'lineOf'> {
  const width = Math.max(...specs.map(({ kind }) => kind.length));
  const byTopic = new Map(
    specs.map((spec) => [
      spec.name(pipeline),
      {
        label: specs.length === 1 ? '' : spec.kind.padEnd(width),
        describer: DESCRIBERS.find(({ topic }) => topic === spec),
      },
    ]),
  );
  return {
    lineOf: (record) => {
      const { label = '', describer } = byTopic.get(record.topic) ?? {};
      return describer === undefined ? '' : lineOf(record, describer, label);
    },
  };
}
