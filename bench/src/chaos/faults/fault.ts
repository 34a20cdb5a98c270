import type { Failpoint } from '@pitwall/failpoints';
import type { TopicAdmin } from '@pitwall/messaging';
import type { ServiceName } from '@pitwall/platform';
import type { LoadGenerator } from '../../load/generator.js';
import type { ProxyMode } from '../../proxy/tcp-proxy.js';
import type { LinkName } from '../../world/links.js';
import type { DeadlyWay } from '../../world/treacherous-definition.js';
import type { World } from '../../world/world.js';

/** What can be done to whom, as data. A kind more is a member here, a file beside this, and a line in the list. */
export type Fault =
  /** `kill -9`; it is started again after half a second. */
  | { readonly kind: 'kill'; readonly service: ServiceName }
  /** The process ends itself as by `kill -9` at a failpoint, some passes after a start, and the next one at the next failpoint. */
  | { readonly kind: 'failpoints'; readonly service: ServiceName; readonly at: readonly Failpoint[] }
  /** SIGTERM to all processes of a service, one after the other, each started again. */
  | { readonly kind: 'roll'; readonly service: ServiceName }
  /**
   * The first process of each service stops itself with a batch in hand, and goes on when the others have long done its work: nothing
   * of what it still has in mind may be written then.
   */
  | { readonly kind: 'zombies'; readonly stops: readonly ZombieStop[]; readonly forMs: number }
  /** SIGSTOP at any moment, and SIGCONT after a time, to the first process of each service. */
  | { readonly kind: 'freeze'; readonly services: readonly ServiceName[]; readonly forMs: number }
  /** `kill -9` of the broker; it is started again after a time. */
  | { readonly kind: 'kill-broker'; readonly downMs: number }
  /** Immediate shutdown of PostgreSQL; it is started again after a time. */
  | { readonly kind: 'stop-database'; readonly downMs: number }
  /** Nothing can be written to the disk of Kafka, PostgreSQL and the logs for a time; for a scenario with a disk of its own. */
  | { readonly kind: 'fill-disk'; readonly forMs: number }
  /** Nobody can write to a table for a time, as while an index is built: less than a lock is waited for. */
  | { readonly kind: 'hold-table'; readonly schema: ServiceName; readonly table: string; readonly forMs: number }
  /** PostgreSQL is set back to what it held some time ago, as by a restored backup; `pitwall recover` puts it right. */
  | { readonly kind: 'restore-database'; readonly ageMs: number }
  /**
   * The model's process in inference ends by a native crash, or hangs: it is stopped and not let go on. It has to be gone within the
   * time budget of the definition and so much more.
   */
  | { readonly kind: 'break-model'; readonly how: 'crash' | 'hang'; readonly beyondBudgetMs: number }
  /**
   * An event for each of these ways is sent at which the model itself hangs, takes 8 GB, or crashes natively, whenever it is tried: each
   * of them alone is given up in the end. The first process of the model that meets one has to be gone as above.
   */
  | { readonly kind: 'deadly-events'; readonly ways: readonly DeadlyWay[]; readonly beyondBudgetMs: number }
  /**
   * So many dead letters of a definition that refused too much are given back under the right one, while results is killed between a
   * send and the note of it, again and again.
   */
  | { readonly kind: 'redrive'; readonly letters: number; readonly kills: number }
  /** One link of all services is broken in one way for a time; `reset` does so every second. */
  | {
      readonly kind: 'network';
      readonly link: LinkName;
      readonly how: Exclude<ProxyMode['kind'], 'open'> | 'reset';
      readonly forMs: number;
    };

/** Where the first process of a service stops: before it has claimed its partition, or when it has long done so. */
export interface ZombieStop {
  readonly service: ServiceName;
  readonly batch: 'first' | 'later';
  readonly at: Failpoint;
}

/** What a fault has to do with. */
export interface FaultContext extends World {
  readonly load: Pick<LoadGenerator, 'hold' | 'release' | 'slipIn'>;
  readonly admin: TopicAdmin;
}

/** What came of a fault. */
export interface Injection {
  /** What was done, in a few words. */
  readonly what: string;
  /** Processes that were ended by it. */
  readonly kills: number;
  /** Recovery is counted from here, by `performance.now()`: the kill, or the end of an outage. */
  readonly fromMs: number;
  /** What went wrong already, a sentence each. */
  readonly violations: readonly string[];
}
