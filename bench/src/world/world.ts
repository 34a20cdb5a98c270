import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Random, randomAt } from '@pitwall/flights';
import type { TraceStore } from '@pitwall/otlp-receiver';
import type { ServiceSettings } from '@pitwall/platform';
import type { ChildExit } from '@pitwall/stack';
import {
  type BenchPlatform,
  type BenchPlatformOptions,
  PIPELINE_FOLDER,
  startBenchPlatform,
} from './bench-platform.js';
import { Crew, type Environment } from './crew.js';
import { type InstanceCounts, instancesOf } from './instances.js';
import { choosePorts, type Links, openLinks } from './links.js';
import { mountSmallDisk } from './small-disk.js';
import { Timeline } from './timeline.js';
import { openTraceRoom } from './trace-room.js';
import { treacherousDefinition } from './treacherous-definition.js';

/** What a fault run happens in. */
export interface World {
  readonly platform: BenchPlatform;
  /** Not started yet when the world is opened. */
  readonly crew: Crew;
  readonly timeline: Timeline;
  /** Null where services go the direct way. */
  readonly links: Links | null;
  /** What the services have exported; null where they do not. */
  readonly traces: TraceStore | null;
  /** Chooses moments and victims; seeded. */
  readonly random: Random;
  /** Folder of this run alone: the ledger, and where failpoints note that they were hit. */
  readonly notes: string;
  /** The end was asked for. */
  readonly signal: AbortSignal;
  /** Stops everything and removes all of it. */
  close(): Promise<void>;
}

/** What differs from one process of each service, straight on Kafka and PostgreSQL. */
export interface WorldOptions {
  readonly seed: number;
  readonly instances: InstanceCounts;
  readonly isProxied: boolean;
  /** Size of a disk of its own in MiB; null: that of the temporary folder. */
  readonly diskMegabytes: number | null;
  /** The champion is a model that some events are deadly for. */
  readonly isModelTreacherous: boolean;
  /** Share of the traces that begin here and are sampled; null: no spans are recorded. */
  readonly traceRatio: number | null;
  /** For all services. */
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** Stream of random numbers beside those of the load. */
const FAULT_STREAM = 21;

/** Where failpoints note that they were hit. */
export function failpointLog({ notes }: Pick<World, 'notes'>): string {
  return join(notes, 'failpoints.ndjson');
}

/** Starts Kafka and PostgreSQL, opens proxies and a receiver of spans where they are wanted, and says who is to work. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const ends = new Ends();
  try {
    return { ...(await open(options, ends)), close: () => ends.close() };
  } catch (error) {
    await ends.close();
    throw error;
  }
}

async function open(options: WorldOptions, ends: Ends): Promise<Omit<World, 'close'>> {
  const { seed, signal } = options;
  const notes = mkdtempSync(join(tmpdir(), 'pitwall-chaos-'));
  ends.add(() => rmSync(notes, { recursive: true, force: true }));
  const timeline = new Timeline();
  const traces = await openTraces(options, ends);
  const exits = new Relay();
  const { platform, links } = await openServers(options, ends, {
    signal,
    definition: options.isModelTreacherous ? treacherousDefinition(PIPELINE_FOLDER, notes) : undefined,
    print: (line) => timeline.note(line),
    onExit: (exit) => exits.pass(exit),
  });
  const environment = { PITWALL_FAILPOINT_LOG: failpointLog({ notes }), ...options.environment };
  const specs = platform.specs({ ...links?.settings, ...traces.settings });
  const instances = await instancesOf(options.instances, specs, environment);
  const crew = new Crew({ instances, supervisor: platform.stack.services, timeline });
  exits.to(crew);
  ends.add(() => crew.dismiss());
  const random = randomAt(seed, FAULT_STREAM);
  return { platform, crew, timeline, links, traces: traces.store, random, notes, signal };
}

interface Traces {
  readonly store: TraceStore | null;
  readonly settings: Partial<ServiceSettings>;
}

async function openTraces({ traceRatio }: WorldOptions, ends: Ends): Promise<Traces> {
  if (traceRatio === null) return { store: null, settings: {} };
  const room = await openTraceRoom();
  ends.add(() => room.close());
  return { store: room.store, settings: { otlpEndpoint: room.url, traceRatio } };
}

/** Kafka, PostgreSQL and the links to them. */
async function openServers(
  { isProxied, diskMegabytes }: WorldOptions,
  ends: Ends,
  given: Pick<BenchPlatformOptions, 'definition' | 'onExit' | 'print' | 'signal'>,
): Promise<Pick<World, 'links' | 'platform'>> {
  const disk = diskMegabytes === null ? null : mountSmallDisk(diskMegabytes);
  if (disk !== null) ends.add(() => disk.remove());
  const proxiedKafka = isProxied ? await choosePorts() : null;
  let links: Links | null = null;
  // Not before the services have ended: what they still wait for is on its way through them.
  ends.add(() => links?.close());
  const platform = await startBenchPlatform({ ...given, home: disk?.home, proxiedKafka });
  ends.add(() => platform.stop());
  if (proxiedKafka !== null) links = await openLinks(platform.stack, proxiedKafka);
  return { platform, links };
}

/** What has been opened, to be closed the other way round. */
class Ends {
  readonly #all: (() => Promise<void> | void)[] = [];

  add(end: () => Promise<void> | void): void {
    this.#all.push(end);
  }

  async close(): Promise<void> {
    for (const end of this.#all.splice(0).toReversed()) await end();
  }
}

/** Exits may be told of before the crew exists: then they are nobody's. */
class Relay {
  #crew: Crew | null = null;

  to(crew: Crew): void {
    this.#crew = crew;
  }

  pass(exit: ChildExit): void {
    this.#crew?.exited(exit);
  }
}
