import {
  CE_TYPE,
  type DeploymentMessage,
  deploymentMessageSchema,
  deploymentsTopic,
  HEADER,
  JSON_CONTENT_TYPE,
  PitwallError,
} from '@pitwall/contracts';
import type { Header, InboundRecord, MessagingClient, OutboundRecord } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';

/** Who announces, as it stands in the message. Whatever else has announced a deployment is never overruled. */
export const PROVISION = 'provision';

/** A pipeline, as far as its first deployment is concerned. */
export type PipelineChampion = Pick<PipelineDefinition, 'name' | 'champion'>;

/** What became of one pipeline's champion. */
export interface Announcement {
  readonly pipeline: string;
  /** `announced` now, or `kept`: the topic says the same already, or somebody else decides. */
  readonly state: 'announced' | 'kept';
  readonly deployment: DeploymentMessage;
}

/** Reads the deployments topic to its end: the last deployment by pipeline. Throws `contract_violation` on a foreign record. */
export async function readDeployments(client: MessagingClient): Promise<ReadonlyMap<string, DeploymentMessage>> {
  const latest = new Map<string, DeploymentMessage>();
  const failures: unknown[] = [];
  const table = await client.table({
    topic: deploymentsTopic.name(''),
    onRecord: (record) => {
      try {
        if (record.value === null) latest.delete(String(record.key));
        else latest.set(String(record.key), deploymentOf(record));
      } catch (error) {
        failures.push(error);
      }
    },
    onState: () => undefined,
  });
  try {
    await table.caughtUp;
  } finally {
    await table.stop();
  }
  if (failures.length > 0) throw failures[0];
  return latest;
}

function deploymentOf(record: InboundRecord): DeploymentMessage {
  try {
    return deploymentMessageSchema.parse(JSON.parse(String(record.value)));
  } catch (error) {
    throw new PitwallError(
      `The record at ${record.topic} ${record.partition}:${record.offset} is no deployment. Find out who else writes to this topic.`,
      { code: 'contract_violation', cause: error },
    );
  }
}

/** The deployment to be announced for a pipeline, or null where what stands there is to be kept. */
export function nextDeployment(
  { name, champion }: PipelineChampion,
  current: DeploymentMessage | undefined,
  announcedAt: Date,
): DeploymentMessage | null {
  const { name: model, version, artifact } = champion.manifest;
  const digest = artifact.sha256;
  if (current !== undefined && (current.champion.digest === digest || current.announcedBy !== PROVISION)) return null;
  return {
    pipeline: name,
    revision: (current?.revision ?? 0) + 1,
    champion: { model, version, digest },
    announcedAt: announcedAt.toISOString(),
    announcedBy: PROVISION,
  };
}

/** Announces the champion of every pipeline for which nothing, or an older word of ours, stands on the deployments topic. */
export async function announceChampions(
  client: MessagingClient,
  pipelines: readonly PipelineChampion[],
  announcedAt: Date,
): Promise<readonly Announcement[]> {
  const current = await readDeployments(client);
  const announcements = pipelines.map((pipeline): Announcement => {
    const known = current.get(pipeline.name);
    const next = nextDeployment(pipeline, known, announcedAt);
    if (next !== null) return { pipeline: pipeline.name, state: 'announced', deployment: next };
    return { pipeline: pipeline.name, state: 'kept', deployment: known as DeploymentMessage };
  });
  const records = announcements.filter(({ state }) => state === 'announced').map(recordOf);
  if (records.length > 0) await send(client, records);
  return announcements;
}

async function send(client: MessagingClient, records: readonly OutboundRecord[]): Promise<void> {
  const publisher = await client.publisher();
  try {
    await publisher.send(records);
  } finally {
    await publisher.close();
  }
}

function recordOf({ pipeline, deployment }: Announcement): OutboundRecord {
  const header = (name: string, text: string): Header => ({ name, value: Buffer.from(text) });
  return {
    topic: deploymentsTopic.name(''),
    partition: 0,
    key: Buffer.from(pipeline),
    value: Buffer.from(JSON.stringify(deployment)),
    headers: [
      header(HEADER.ceSpecVersion, '1.0'),
      header(HEADER.ceId, `${pipeline}/${deployment.revision}`),
      header(HEADER.ceSource, '/pitwall/provision'),
      header(HEADER.ceType, CE_TYPE.deployment),
      header(HEADER.ceTime, deployment.announcedAt),
      header(HEADER.contentType, JSON_CONTENT_TYPE),
    ],
  };
}
