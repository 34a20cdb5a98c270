import type { Provider } from '@nestjs/common';
import { PartitionClaims, type Database } from '@pitwall/persistence';
import { DATABASE } from '@pitwall/runtime';

/** Injection token of this service's {@link PartitionClaims}. */
export const CLAIMS = Symbol('CLAIMS');

export const claimsProvider: Provider = {
  provide: CLAIMS,
  inject: [DATABASE],
  useFactory: (database: Database) => new PartitionClaims(database),
};
