import type { FailureBreaker } from '../model-pool/failure-breaker.js';
import type { RowIsolationOptions } from '../model-pool/row-isolation.js';

/** A breaker that tells somebody else too what becomes of rows. */
export function tellingBreaker(
  breaker: FailureBreaker,
  tell: (rows: Parameters<FailureBreaker['record']>[0]) => void,
): RowIsolationOptions['breaker'] {
  return {
    get isOpen() {
      return breaker.isOpen;
    },
    record: (rows) => {
      breaker.record(rows);
      tell(rows);
    },
    reset: () => breaker.reset(),
  };
}
