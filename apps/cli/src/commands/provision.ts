import { loadPipeline } from '@pitwall/pipeline';
import { differenceText, provision as carryOut, type ProvisionReport, remediesOf } from '@pitwall/provision';
import { withKafka } from '../connection/kafka.js';
import { EXIT } from '../exit-codes.js';
import { command } from './command.js';
import { wholeNumberFrom } from './options.js';

/** Takes what the broker is configured with. */
const BROKERS_DEFAULT = -1;

/** `pitwall provision <folder…>`: creates what is missing, changes nothing, and fails where something differs. */
export const provision = command<{ readonly replicationFactor?: number }>({
  path: ['provision'],
  group: 'Prepare:',
  summary: 'Creates the topics that are missing and announces the champions.',
  details:
    'Never changes a topic that is there: it says how it differs and how to change it, leaves it as it is, and ends with 1. Running it again does nothing.',
  needs: ['kafka'],
  arguments: [{ syntax: '<folder...>', description: 'pipeline folders' }],
  options: [
    {
      flags: '--replication-factor <n>',
      description: "replicas of new topics (default: the broker's)",
      parse: wholeNumberFrom(1),
    },
  ],
  examples: [
    { line: 'provision pipelines/flight-delay', says: 'topics of a pipeline, and its first champion' },
    { line: 'provision pipelines/flight-delay --json', says: 'the report for a program' },
    { line: 'provision pipelines/* --kafka broker-1:9092,broker-2:9092 --replication-factor 3', says: 'on a cluster' },
  ],
  run: async ({ settings, output, now }, { args: folders, options }) => {
    const brokers = settings.address('kafka');
    const pipelines = await Promise.all(folders.map(loadPipeline));
    const replicationFactor = options.replicationFactor ?? BROKERS_DEFAULT;
    const report = await withKafka(brokers, (client) =>
      carryOut({ client, pipelines, replicationFactor, announcedAt: now() }),
    );
    output.json(report);
    for (const line of describe(report, brokers)) output.line(line);
    return report.topics.some(({ state }) => state === 'differs') ? EXIT.failed : EXIT.ok;
  },
});

function describe({ topics, announcements }: ProvisionReport, brokers: string): readonly string[] {
  return [
    ...topics.flatMap(({ name, state, differences }) => [
      `${state.padEnd(9)} ${name}`,
      ...differences.map((difference) => `          ${differenceText(difference)}; it was left as it is`),
      ...remediesOf(name, differences, brokers).map((remedy) => `          ${remedy}`),
    ]),
    ...announcements.map(
      ({ state, deployment: { pipeline, champion, revision, announcedBy } }) =>
        `${state.padEnd(9)} ${pipeline}: ${champion.model}@${champion.version}, revision ${revision} by ${announcedBy}`,
    ),
  ];
}
