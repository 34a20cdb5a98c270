import { LIMITS } from '@pitwall/contracts';
import type { MessagingClient, OutboundRecord, Publisher } from '@pitwall/messaging';
import { ProblemError } from '../http/problem.js';
import { SubmissionGate } from './submission-gate.js';

/** Of one request. */
export interface RecordsOfRequest {
  readonly records: readonly OutboundRecord[];
  /** The body is an array: places in problems begin with the index. */
  readonly isBatch: boolean;
  /** What is told besides where Kafka has not acknowledged: what to repeat the request with. */
  readonly ifUnacknowledged: Readonly<Record<string, unknown>>;
}

const RETRY_AFTER_S = 5;

/** Publishes records that came over HTTP to topics of producers; one per service. */
export class RecordSubmitter {
  private readonly gate = new SubmissionGate();
  private publisher: Promise<Publisher> | null = null;

  constructor(private readonly messaging: MessagingClient) {}

  /**
   * Resolves when Kafka has acknowledged all records of the request. Throws a {@link ProblemError}: 413 where a record is too
   * large for its topic, 429 where Kafka is slower than the requests (nothing was published in both cases), 503 where it has
   * not acknowledged all of them.
   */
  async submit(request: RecordsOfRequest): Promise<void> {
    refuseTooLarge(request);
    const { records, ifUnacknowledged } = request;
    const bytes = records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
    await this.gate.pass({ records: records.length, bytes }, async () => {
      try {
        await (await this.connect()).send(records);
      } catch (error) {
        throw notAcknowledged(error, ifUnacknowledged);
      }
    });
  }

  async close(): Promise<void> {
    await (await this.publisher)?.close();
  }

  private connect(): Promise<Publisher> {
    const publisher = (this.publisher ??= this.messaging.publisher());
    // The next request tries again.
    publisher.catch(() => {
      if (this.publisher === publisher) this.publisher = null;
    });
    return publisher;
  }
}

function refuseTooLarge({ records, isBatch }: RecordsOfRequest): void {
  const index = records.findIndex(isTooLarge);
  if (index === -1) return;
  throw new ProblemError(
    413,
    'With its headers it is larger than a record of the topic may be; nothing was published.',
    {
      violations: [{ pointer: isBatch ? `/${index}` : '', message: 'is too large' }],
    },
  );
}

/** True where the broker would refuse the record: headers and key count as well. */
function isTooLarge({ key, value, headers }: OutboundRecord): boolean {
  const ofHeaders = headers.reduce((sum, header) => sum + header.name.length + (header.value?.length ?? 0) + 10, 0);
  return (key?.length ?? 0) + (value?.length ?? 0) + ofHeaders + 200 > LIMITS.maxEventRecordBytes;
}

function notAcknowledged(error: unknown, extensions: Readonly<Record<string, unknown>>): ProblemError {
  const detail =
    'Kafka has not acknowledged everything; some may have been published. Send it again with the same ids.';
  const problem = new ProblemError(503, detail, { headers: { 'retry-after': String(RETRY_AFTER_S) }, extensions });
  problem.cause = error;
  return problem;
}
