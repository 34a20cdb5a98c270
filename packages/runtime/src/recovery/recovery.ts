import type { RecoveryGroup, RecoveryImport, TopicSpec } from '@pitwall/contracts';
import type { LogReader, TopicAdmin } from '@pitwall/messaging';
import type { Database } from '@pitwall/persistence';
import type { PipelineDefinition } from '@pitwall/pipeline';
import type { ServiceConfigSchema } from '../config/base-config.js';
import type { ServiceDatabase } from '../service.js';

/** How a service recovers after its database was restored to an earlier time: all of its `recover/main.ts`. */
export interface RecoverySpec<Schema extends ServiceConfigSchema = ServiceConfigSchema> {
  /** Name of the service, as in its consumer groups. */
  readonly name: string;
  /** That of the service, so that the same environment does for both. */
  readonly configSchema: Schema;
  readonly database: ServiceDatabase;
  /** Topics that the service reads under `PartitionClaims`. */
  readonly topics: readonly TopicSpec[];
  /**
   * Brings rows back that were lost with the restore and are known from what was published of them; called once per pipeline,
   * before anything is rewound. Absent: nothing that the service publishes has to stay as it was.
   */
  readonly importPublished?: (context: RecoveryContext) => Promise<ImportReport>;
}

/** What an import works with. */
export interface RecoveryContext {
  /** `dry-run`: counts and writes nothing. `apply`: writes; may be called again after it was interrupted. */
  readonly mode: 'dry-run' | 'apply';
  readonly pipeline: PipelineDefinition;
  /** The groups of this pipeline whose topics are there, in the order of {@link RecoverySpec.topics}. */
  readonly groups: readonly RecoveryGroup[];
  readonly database: Database;
  readonly admin: TopicAdmin;
  readonly reader: LogReader;
  readonly signal: AbortSignal;
}

/** What an import found, or did. */
export interface ImportReport {
  readonly imports: readonly RecoveryImport[];
  /** What stands against rewinding, each a sentence or two for a person. */
  readonly problems: readonly string[];
}
