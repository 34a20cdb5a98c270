import { Inject, Injectable, NotFoundException, type OnApplicationShutdown } from '@nestjs/common';
import type { Dead, MessagingClient } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { MESSAGING, PIPELINES, ProblemError, RecordSubmitter, type RequestViolation } from '@pitwall/runtime';
import { isDead } from '../events/envelope.js';
import type { EventIngestor, ReadEvent } from '../events/event-ingestor.js';
import { EventIngestors } from '../events/event-ingestors.js';
import { type RawEvent, rawEventOf } from './raw-event-record.js';
import type { Submission } from './submission.js';

const MAX_ERRORS = 50;

/** Publishes events that came over HTTP: all of a request or none. */
@Injectable()
export class SubmissionsService implements OnApplicationShutdown {
  private readonly submitter: RecordSubmitter;

  constructor(
    private readonly ingestors: EventIngestors,
    @Inject(MESSAGING) messaging: MessagingClient,
    @Inject(PIPELINES) private readonly pipelines: readonly PipelineDefinition[],
  ) {
    this.submitter = new RecordSubmitter(messaging);
  }

  /**
   * Checks every event as the event path would and publishes them; resolves when Kafka has acknowledged all. Throws a
   * {@link ProblemError} with every violation when one event would be dead-lettered: nothing is published then.
   */
  async submit(pipeline: string, submission: Submission, traceparent: string): Promise<readonly RawEvent[]> {
    const ingestor = await this.ingestorOf(pipeline);
    const reads = submission.events.map((event) => ingestor.read(event));
    refuse(reads, submission);
    const to = { definition: ingestor.definition, traceparent };
    const events = submission.events.map((event, index) => rawEventOf(event, reads[index] as ReadEvent, to));
    await this.submitter.submit({
      records: events.map(({ record }) => record),
      isBatch: submission.isBatch,
      // Also the ids that were given here: repeated with them, what was written all the same is a duplicate.
      ifUnacknowledged: { events: events.map(({ id, source }) => ({ id, source })) },
    });
    return events;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.submitter.close();
  }

  private async ingestorOf(pipeline: string): Promise<EventIngestor> {
    const ingestor = await this.ingestors.of(pipeline);
    if (ingestor !== undefined) return ingestor;
    const known = this.pipelines.map(({ name }) => name).join(', ');
    throw new NotFoundException(`There is no pipeline ${JSON.stringify(pipeline)} here; there is: ${known}.`);
  }
}

function refuse(reads: readonly (ReadEvent | Dead)[], submission: Submission): void {
  const refused = reads.flatMap((read, index) => (isDead(read) ? [{ read, index }] : []));
  const [first] = refused;
  if (first === undefined) return;
  const violations = refused.flatMap(({ read, index }) => violationsOf(read, submission.isBatch ? `/${index}` : ''));
  const whole = submission.isBatch
    ? `${refused.length} of ${reads.length} events cannot be taken; none was published. `
    : '';
  throw new ProblemError(statusOf(first.read), `${whole}${first.read.message}`, {
    violations: violations.slice(0, MAX_ERRORS),
    extensions: { reason: first.read.reason },
  });
}

function violationsOf(dead: Dead, prefix: string): RequestViolation[] {
  if (dead.violations.length === 0) return [{ pointer: prefix, message: dead.message }];
  return dead.violations.map(({ pointer, message }) => ({ pointer: `${prefix}${pointer}`, message }));
}

function statusOf({ reason }: Dead): number {
  if (reason === 'too_large') return 413;
  return reason === 'not_json' || reason === 'empty_value' ? 400 : 422;
}
