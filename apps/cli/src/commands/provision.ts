import { loadPipeline } from '@pitwall/pipeline';
import { provision as carryOut, type ProvisionReport } from '@pitwall/provision';
import { withKafka } from '../connection/kafka.js';
import { EXIT } from '../exit-codes.js';
import type { CommandRun } from './command.js';

/** What `pitwall provision` is told. */
export interface ProvisionArguments {
  readonly folders: readonly string[];
  /** -1 takes the broker's default. */
  readonly replicationFactor: number;
}

/** `pitwall provision <folder…>`: creates what is missing, changes nothing, and fails where something differs. */
export const provision: CommandRun<ProvisionArguments> = async ({ settings, output }, given) => {
  const pipelines = await Promise.all(given.folders.map(loadPipeline));
  const report = await withKafka(settings.address('kafka'), (client) =>
    carryOut({ client, pipelines, replicationFactor: given.replicationFactor, announcedAt: new Date() }),
  );
  output.json(report);
  for (const line of describe(report)) output.line(line);
  return report.topics.some(({ state }) => state === 'differs') ? EXIT.failed : EXIT.ok;
};

function describe({ topics, announcements }: ProvisionReport): readonly string[] {
  return [
    ...topics.flatMap(({ name, state, differences }) => [
      `${state.padEnd(9)} ${name}`,
      ...differences.map((difference) => `          ${difference}; it was left as it is`),
    ]),
    ...announcements.map(
      ({ state, deployment: { pipeline, champion, revision, announcedBy } }) =>
        `${state.padEnd(9)} ${pipeline}: ${champion.model}@${champion.version}, revision ${revision} by ${announcedBy}`,
    ),
  ];
}
