import { PitwallError } from '@pitwall/contracts';
import { classifyPostgresError, DATABASE_UNAVAILABLE } from '@pitwall/persistence';

/** Reads for people. Rejects with a retriable {@link PitwallError} `database_unavailable` while PostgreSQL does not answer. */
export async function readable<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (classifyPostgresError(error) !== 'unavailable') throw error;
    throw new PitwallError('Nothing can be read: PostgreSQL does not answer. It goes on by itself.', {
      code: DATABASE_UNAVAILABLE,
      retriable: true,
      cause: error,
    });
  }
}
