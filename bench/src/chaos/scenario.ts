import type { PlantedBug } from '@pitwall/failpoints';
import type { ServiceName } from '@pitwall/platform';
import type { LoadSpec } from '../load/load-spec.js';
import type { Demand } from './demands/demand.js';
import type { Fault } from './faults/fault.js';
import type { Profile } from './profile.js';

/** What must hold besides the laws of the oracle, which always do. */
export interface Expectations {
  /** Every reader is where it would have been, so long after a fault is over. In the smoke profile on a machine that does much else. */
  readonly resumedWithinMs: Readonly<Record<Profile, number>>;
  readonly demands?: readonly Demand[];
}

/** A fault run as data. One file and one line in the list to add one. */
export interface Scenario {
  /** Lower case and dashes. */
  readonly name: string;
  /** What is done, in a sentence. */
  readonly what: string;
  /** What differs from a steady producer. */
  readonly load: Partial<LoadSpec>;
  /** How long the load lasts at least, and whether the profile runs this scenario at all (null: it does not). */
  readonly seconds: Readonly<Record<Profile, number | null>>;
  /** Processes of a service; one where it is not named. */
  readonly instances?: Partial<Readonly<Record<ServiceName, number>>>;
  /** Services reach Kafka and PostgreSQL by way of proxies, for network faults. */
  readonly isProxied?: true;
  /** The champion is a model that some events are deadly for, see `deadly-events`. Others it scores by the time of day. */
  readonly isModelTreacherous?: true;
  /** Spans are recorded, and each trace has to be whole: for a scenario that kills no service, since its last spans die with it. */
  readonly isTraced?: true;
  /** Everything is on a disk of its own of so many MiB, in memory: only root can mount one, others leave the scenario out. */
  readonly diskMegabytes?: number;
  /** Ingestion begins with a definition that refuses long flights, until it is started again. */
  readonly isStrictAtFirst?: true;
  /** What is done to whom, one after the other: each when the readers have recovered from the one before. */
  readonly faults: (profile: Profile) => readonly Fault[];
  readonly expectations: Expectations;
  /** Planted bugs that this scenario has to catch. */
  readonly catches: readonly PlantedBug[];
}
