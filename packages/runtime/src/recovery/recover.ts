import { PitwallError, type RecoveryGroup, type RecoveryReport } from '@pitwall/contracts';
import { kafkaClient, type LogReader, type MessagingClient, type TopicAdmin } from '@pitwall/messaging';
import { type Database, openDatabase, restartProgress } from '@pitwall/persistence';
import type { PipelineDefinition } from '@pitwall/pipeline';
import type { BaseConfig, DatabaseConfig } from '../config/base-config.js';
import { kafkaConnection } from '../config/kafka-config.js';
import { loadPipelines } from '../lifecycle/load-pipelines.js';
import { planGroups } from './plan-groups.js';
import type { ImportReport, RecoveryContext, RecoverySpec } from './recovery.js';

/** How a recovery is run. */
export interface RecoveryOptions {
  readonly config: BaseConfig & DatabaseConfig;
  readonly mode: RecoveryContext['mode'];
  /** Brings the schema to this version first, as the start of the service would; always done where `mode` is `apply`. */
  readonly migrates: boolean;
  /** Goes on from what the log still holds, though records are gone that would have to be read again. */
  readonly acceptsGaps: boolean;
  readonly signal: AbortSignal;
}

/**
 * Makes a service fit to go on after its database was restored to an earlier time: imports what it had published since, then
 * sets its groups back to what the database knows. Nothing is written in a `dry-run`, and nothing while there are problems
 * beforehand; where the import finds some, nothing is rewound. Whatever is interrupted can be run again.
 */
export async function recover(spec: RecoverySpec, options: RecoveryOptions): Promise<RecoveryReport> {
  const pipelines = await loadPipelines(options.config.PITWALL_PIPELINES);
  const opened = await open(spec, options);
  try {
    return await new Recovery(spec, { ...options, ...opened, pipelines }).run();
  } finally {
    await opened.close();
  }
}

interface Opened {
  readonly database: Database;
  readonly admin: TopicAdmin;
  readonly reader: LogReader;
}

type Parts = RecoveryOptions & Opened & { readonly pipelines: readonly PipelineDefinition[] };

class Recovery {
  private readonly isApplying: boolean;

  constructor(
    private readonly spec: RecoverySpec,
    private readonly parts: Parts,
  ) {
    this.isApplying = parts.mode === 'apply';
  }

  async run(): Promise<RecoveryReport> {
    const { admin, database, pipelines } = this.parts;
    const names = pipelines.map(({ name }) => name);
    const groups = await planGroups(admin, database, {
      service: this.spec.name,
      topics: this.spec.topics,
      pipelines: names,
    });
    const before = [...this.membersIn(groups), ...this.gapsIn(groups)];
    if (this.isApplying && before.length > 0) return this.report(groups, { imports: [], problems: before });
    const { imports, problems: found } = await this.import(groups);
    const problems = [...before, ...(this.parts.acceptsGaps ? [] : found)];
    if (!this.isApplying || problems.length > 0) return this.report(groups, { imports, problems });
    for (const group of groups) await this.rewind(group);
    return { ...this.report(groups, { imports, problems }), isApplied: true };
  }

  private report(groups: readonly RecoveryGroup[], { imports, problems }: ImportReport): RecoveryReport {
    return {
      service: this.spec.name,
      isApplied: false,
      groups: [...groups],
      imports: [...imports],
      problems: [...problems],
    };
  }

  private membersIn(groups: readonly RecoveryGroup[]): string[] {
    // Whether it is to be moved or not: a service that runs writes what is being imported.
    return groups
      .filter(({ members }) => members > 0)
      .map(
        ({ group, members }) =>
          `The group ${group} has ${members === 1 ? '1 member' : `${members} members`}, expected none: ${this.spec.name} is running. Stop it, or scale it to zero; one that was killed counts until its session has run out, 10 s at most.`,
      );
  }

  private gapsIn(groups: readonly RecoveryGroup[]): string[] {
    if (this.parts.acceptsGaps) return [];
    return groups.flatMap(({ topic, group, partitions }) =>
      partitions
        .filter(({ gone }) => gone > 0)
        .map(
          ({ partition, logStartOffset, storedOffset }) =>
            `${topic} partition ${partition} begins at offset ${logStartOffset}, but the database knows ${storedOffset === null ? 'nothing of it' : `offset ${storedOffset}`}, so ${group} cannot read again what lies between: retention has deleted it. Restore a newer backup; or, if there is none, go on without these records by --accept-gaps.`,
        ),
    );
  }

  private async import(groups: readonly RecoveryGroup[]): Promise<ImportReport> {
    const { mode, database, admin, reader, signal, pipelines } = this.parts;
    const reports: ImportReport[] = [];
    for (const pipeline of pipelines) {
      const ofPipeline = groups.filter((group) => group.pipeline === pipeline.name);
      const context = { mode, pipeline, groups: ofPipeline, database, admin, reader, signal };
      const report = await this.spec.importPublished?.(context);
      if (signal.aborted) throw interrupted();
      if (report !== undefined) reports.push(report);
    }
    return {
      imports: reports.flatMap(({ imports }) => imports),
      problems: reports.flatMap(({ problems }) => problems),
    };
  }

  /** The database first: until Kafka is rewound as well the group is still behind, so that running this again does the rest. */
  private async rewind({ group, topic, partitions }: RecoveryGroup): Promise<void> {
    const { admin, database } = this.parts;
    const behind = partitions.flatMap(({ partition, rewindTo }) =>
      rewindTo === null ? [] : [[partition, rewindTo] as const],
    );
    if (behind.length === 0) return;
    const offsets = new Map(behind);
    await restartProgress(database, { group, topic }, offsets);
    await admin.setOffsets(group, topic, offsets);
  }
}

function interrupted(): PitwallError {
  return new PitwallError('The recovery was interrupted: nothing was rewound. Run it again.', {
    code: 'recovery_interrupted',
  });
}

/** What fails for good is thrown and told; what the client says of each attempt is of no use besides. */
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

async function open(
  spec: RecoverySpec,
  { config, mode, migrates }: RecoveryOptions,
): Promise<Opened & { readonly close: () => Promise<void> }> {
  const client = kafkaClient(kafkaConnection(config, `pitwall-${spec.name}-recover`), SILENT);
  const admin = await connectedAdmin(client, config.KAFKA_BROKERS);
  const reader = await client.reader();
  const database = await openDatabase({
    url: config.DATABASE_URL,
    ...spec.database,
    oldSchema: migrates || mode === 'apply' ? 'migrate' : 'refuse',
    applicationName: `pitwall-${spec.name}-recover`,
  }).catch(async (error: unknown) => {
    await Promise.all([admin.close(), reader.close()]);
    throw error;
  });
  const close = async (): Promise<void> => {
    await Promise.all([database.close(), admin.close(), reader.close()]);
  };
  return { database, admin, reader, close };
}

async function connectedAdmin(client: MessagingClient, brokers: readonly string[]): Promise<TopicAdmin> {
  const admin = await client.admin();
  try {
    await admin.clusterId();
    return admin;
  } catch (error) {
    await admin.close();
    throw new PitwallError(`Kafka at ${brokers.join(', ')} does not answer.`, {
      code: 'kafka_unavailable',
      retriable: true,
      cause: error,
    });
  }
}
