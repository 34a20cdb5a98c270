import {
  deadLettersTopic,
  eventsTopic,
  featuresTopic,
  feedbackTopic,
  outcomesTopic,
  PitwallError,
  predictionsTopic,
  resultsTopic,
  type TopicSpec,
} from '@pitwall/contracts';
import type { TopicAdmin } from '@pitwall/messaging';

/** Who reads what, each after those it waits for: when one has read everything, what it writes is complete. */
const READERS: readonly { readonly service: string; readonly topic: TopicSpec }[] = [
  { service: 'ingestion', topic: eventsTopic },
  { service: 'inference', topic: featuresTopic },
  { service: 'results', topic: predictionsTopic },
  { service: 'results', topic: feedbackTopic },
  { service: 'results', topic: deadLettersTopic },
  { service: 'monitoring', topic: predictionsTopic },
  { service: 'monitoring', topic: resultsTopic },
  { service: 'monitoring', topic: outcomesTopic },
  { service: 'monitoring', topic: deadLettersTopic },
];

/** Offsets by topic and partition: an end that readers have to reach. */
export type TopicEnds = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** How far a reader is behind. */
export interface Lag {
  /** `<service> <topic kind>`. */
  readonly reader: string;
  /** Records not yet committed. */
  readonly records: number;
}

/** How long to wait, and whom to tell. */
export interface QuietOptions {
  readonly admin: Pick<TopicAdmin, 'committedOffsets' | 'endOffsets'>;
  readonly pipeline: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onLag: (lags: readonly Lag[]) => void;
  readonly monotonicMs: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
}

const LOOK_EVERY_MS = 250;

/**
 * Waits until every reader has committed to the end of its topic. The readers are asked in the order of the event path, so
 * when the last one is found at its end, those before it cannot have written anything since: provided that nobody publishes
 * events or feedback any more. Returns early, and quiet or not, after the signal.
 *
 * @throws PitwallError `not_quiet` after the time-out, naming who is behind
 */
export async function waitUntilQuiet(options: QuietOptions): Promise<void> {
  const { timeoutMs, signal, onLag, monotonicMs, sleep } = options;
  const deadline = monotonicMs() + timeoutMs;
  for (;;) {
    const lags = await readLags(options);
    onLag(lags);
    const behind = lags.filter(({ records }) => records > 0);
    if (behind.length === 0 || signal.aborted) return;
    if (monotonicMs() >= deadline) {
      const who = behind.map(({ reader, records }) => `${reader} by ${records}`).join(', ');
      throw new PitwallError(
        `Not quiet after ${Math.round(timeoutMs / 1000)} s; behind are ${who}. See the logs of these services.`,
        {
          code: 'not_quiet',
        },
      );
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** Who is behind by how many records, in one line. */
export function describeLags(lags: readonly Lag[]): string {
  const behind = lags.filter(({ records }) => records > 0);
  if (behind.length === 0) return 'Nobody is behind.';
  return `Behind: ${behind.map(({ reader, records }) => `${reader} ${records}`).join(', ')}`;
}

/** Where the topics of the event path end now. */
export async function readEnds({ admin, pipeline }: Pick<QuietOptions, 'admin' | 'pipeline'>): Promise<TopicEnds> {
  const names = new Set(READERS.map(({ topic }) => topic.name(pipeline)));
  const ends = new Map<string, ReadonlyMap<number, number>>();
  for (const name of names) ends.set(name, await admin.endOffsets(name));
  return ends;
}

/** How far each reader is from some ends, or from those of this moment; 0 where it has passed them. */
export async function readLags(
  { admin, pipeline }: Pick<QuietOptions, 'admin' | 'pipeline'>,
  until?: TopicEnds,
): Promise<readonly Lag[]> {
  const lags: Lag[] = [];
  for (const { service, topic } of READERS) {
    const group = `pitwall.${service}.${topic.kind}.${pipeline}`;
    const name = topic.name(pipeline);
    const ends = until?.get(name) ?? (await admin.endOffsets(name));
    const committed = await admin.committedOffsets(group, name);
    const behind = [...ends].map(([partition, end]) => Math.max(0, end - (committed.get(partition) ?? 0)));
    lags.push({ reader: `${service} ${topic.kind}`, records: behind.reduce((sum, records) => sum + records, 0) });
  }
  return lags;
}
