import { z } from 'zod';
import type { CommandContext } from '../commands/command.js';
import { withKafka } from '../connection/kafka.js';
import { type Counts, countsOf } from './counts.js';
import { type KeptDeadLetters, readDeadLetters } from './dead-letters.js';
import { type GroupLag, readLags } from './lags.js';
import { readRetention, type Retention } from './retention.js';
import { readServices, type ServiceName, type ServiceStatus } from './services.js';
import { readWindows, type Watched } from './windows.js';

const modelFactsSchema = z.object({
  model: z.string(),
  version: z.string(),
  digest: z.string(),
  since: z.string(),
});

/** The model version that answers for a pipeline, and since when. */
type ModelFacts = z.infer<typeof modelFactsSchema>;

/** Everything about one pipeline. What is null is not known: whoever would say it does not answer. */
export interface PipelineStatus {
  readonly name: string;
  /** Somebody who answers has heard of it. */
  readonly isKnown: boolean;
  readonly model: ModelFacts | null;
  readonly lags: readonly GroupLag[] | null;
  /** What the services have counted since they were started: less than what there is after a restart. */
  readonly sinceStart: Counts;
  readonly deadLetters: KeptDeadLetters | null;
  readonly watched: Watched | null;
  readonly retention: Retention | null;
}

/** What `pitwall status` says. */
export interface StatusReport {
  readonly at: string;
  /** Every service is ready, and Kafka answers. */
  readonly ready: boolean;
  /** Somebody answers at all. */
  readonly reachable: boolean;
  readonly kafka: { readonly brokers: string | null; readonly answers: boolean; readonly reason: string | null };
  readonly services: readonly Omit<ServiceStatus, 'samples'>[];
  readonly pipelines: readonly PipelineStatus[];
}

type Asking = Pick<CommandContext, 'now' | 'settings' | 'signal'>;

/** Asks everybody, side by side. What does not answer is said in the report; never rejects for that. */
export async function readStatus(asking: Asking): Promise<StatusReport> {
  const { settings, signal, now } = asking;
  const [services, kafka] = await Promise.all([readServices(settings, signal), readKafka(asking)]);
  const names = pipelinesOf(settings.pipelines(), services, kafka.lags);
  const pipelines = await Promise.all(
    names.map(async (name): Promise<PipelineStatus> => {
      const [results, monitoring] = [answering(services, 'results'), answering(services, 'monitoring')];
      const [watched, deadLetters, retention] = await Promise.all([
        readWindows(monitoring, name, signal),
        readDeadLetters(results, name, signal),
        readRetention({ results, monitoring }, name, signal),
      ]);
      const lags = kafka.lags?.filter(({ pipeline }) => pipeline === name) ?? null;
      const model = modelOf(services, name);
      return {
        name,
        isKnown: model !== null || (lags ?? []).length > 0 || watched !== null || deadLetters !== null,
        model,
        lags,
        sinceStart: countsOf(services, name),
        deadLetters,
        watched,
        retention,
      };
    }),
  );
  const { brokers, answers, reason } = kafka;
  return {
    at: now().toISOString(),
    ready: answers && services.every(({ state }) => state === 'ready'),
    reachable: answers || services.some(({ state }) => state !== 'unreachable'),
    kafka: { brokers, answers, reason },
    services: services.map(withoutSamples),
    pipelines,
  };
}

/** Null where the service has just not answered: it would be waited for again, once for each question. */
function answering(services: readonly ServiceStatus[], wanted: ServiceName): string | null {
  const found = services.find(({ name }) => name === wanted);
  return found === undefined || found.state === 'unreachable' ? null : found.url;
}

function withoutSamples(service: ServiceStatus): StatusReport['services'][number] {
  const { name, url, state, reasons, uptimeSeconds, checks } = service;
  return { name, url, state, reasons, uptimeSeconds, checks };
}

interface KafkaStatus {
  readonly brokers: string | null;
  readonly answers: boolean;
  readonly reason: string | null;
  readonly lags: readonly GroupLag[] | null;
}

async function readKafka({ settings, signal, now }: Asking): Promise<KafkaStatus> {
  const brokers = settings.knownAddress('kafka');
  if (brokers === null) {
    return { brokers, answers: false, reason: 'where it is to be found is not known', lags: null };
  }
  try {
    const known = settings.pipelines();
    const question = { pipelines: known.length === 0 ? null : known, now, signal };
    const lags = await withKafka(brokers, (client, admin) => readLags(client, admin, question));
    return { brokers, answers: true, reason: null, lags };
  } catch (error) {
    return { brokers, answers: false, reason: reasonOf(error), lags: null };
  }
}

/** Without the advice that a command would end with. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

/** Those that are asked for, or else all that anybody knows of. */
function pipelinesOf(
  asked: readonly string[],
  services: readonly ServiceStatus[],
  lags: readonly GroupLag[] | null,
): readonly string[] {
  if (asked.length > 0) return asked;
  const ofModels = services.flatMap(({ checks }) => Object.keys(checks['model']?.facts ?? {}));
  const ofGroups = lags?.map(({ pipeline }) => pipeline) ?? [];
  return [...new Set([...ofModels, ...ofGroups])].toSorted();
}

function modelOf(services: readonly ServiceStatus[], pipeline: string): ModelFacts | null {
  const facts = services.find(({ name }) => name === 'inference')?.checks['model']?.facts?.[pipeline];
  const parsed = modelFactsSchema.safeParse(facts);
  return parsed.success ? parsed.data : null;
}
