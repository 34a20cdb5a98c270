import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Random, randomAt } from '@pitwall/flights';
import type { ChildExit } from '@pitwall/stack';
import { type BenchPlatform, startBenchPlatform } from './bench-platform.js';
import { Crew, type Environment } from './crew.js';
import { type InstanceCounts, instancesOf } from './instances.js';
import { choosePorts, type Links, openLinks } from './links.js';
import { mountSmallDisk } from './small-disk.js';
import { Timeline } from './timeline.js';

/** What a fault run happens in. */
export interface World {
  readonly platform: BenchPlatform;
  /** Not started yet when the world is opened. */
  readonly crew: Crew;
  readonly timeline: Timeline;
  /** Null where services go the direct way. */
  readonly links: Links | null;
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

/** Starts Kafka and PostgreSQL, opens proxies where they are wanted, and says who is to work. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const { seed, signal } = options;
  const notes = mkdtempSync(join(tmpdir(), 'pitwall-chaos-'));
  const timeline = new Timeline();
  const exits = new Relay();
  const proxiedKafka = options.isProxied ? await choosePorts() : null;
  const disk = options.diskMegabytes === null ? null : mountSmallDisk(options.diskMegabytes);
  const removeFolders = (): void => {
    disk?.remove();
    rmSync(notes, { recursive: true, force: true });
  };
  const print = (line: string): void => timeline.note(line);
  const onExit = (exit: ChildExit): void => exits.pass(exit);
  const platform = await startBenchPlatform({ signal, print, onExit, home: disk?.home, proxiedKafka }).catch(
    (error: unknown) => {
      removeFolders();
      throw error;
    },
  );
  try {
    const links = proxiedKafka === null ? null : await openLinks(platform.stack, proxiedKafka);
    const environment = { PITWALL_FAILPOINT_LOG: failpointLog({ notes }), ...options.environment };
    const instances = await instancesOf(options.instances, platform.specs(links?.settings), environment);
    const crew = new Crew({ instances, supervisor: platform.stack.services, timeline });
    exits.to(crew);
    const close = async (): Promise<void> => {
      await crew.dismiss();
      await platform.stop();
      await links?.close();
      removeFolders();
    };
    return { platform, crew, timeline, links, random: randomAt(seed, FAULT_STREAM), notes, signal, close };
  } catch (error) {
    await platform.stop();
    removeFolders();
    throw error;
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
