import { ProblemError } from '../http/problem.js';

/** Records that may wait for the brokers' acknowledgement at the same time, over all requests. */
const MAX_WAITING_RECORDS = 5_000;
/** The same in bytes. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
const RETRY_AFTER_S = 1;

/** Lets no more in than the brokers take: what would only wait is refused at once, with the time after which to come again. */
export class SubmissionGate {
  private records = 0;
  private bytes = 0;

  constructor(
    private readonly limits: { readonly records: number; readonly bytes: number } = {
      records: MAX_WAITING_RECORDS,
      bytes: MAX_WAITING_BYTES,
    },
  ) {}

  /** Runs `send` if there is room for it, else throws a {@link ProblemError} 429. A lone request always has room. */
  async pass<Result>(
    load: { readonly records: number; readonly bytes: number },
    send: () => Promise<Result>,
  ): Promise<Result> {
    const isFull = this.records + load.records > this.limits.records || this.bytes + load.bytes > this.limits.bytes;
    if (isFull && this.records > 0) {
      throw new ProblemError(
        429,
        `${this.records} records wait for Kafka's acknowledgement already. Nothing was published; try again.`,
        {
          headers: { 'retry-after': String(RETRY_AFTER_S) },
        },
      );
    }
    this.records += load.records;
    this.bytes += load.bytes;
    try {
      return await send();
    } finally {
      this.records -= load.records;
      this.bytes -= load.bytes;
    }
  }
}
