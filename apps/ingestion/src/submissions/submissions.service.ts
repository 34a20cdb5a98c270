import { randomUUID } from 'node:crypto';
import { Inject, Injectable, NotFoundException, type OnApplicationShutdown } from '@nestjs/common';
import { LIMITS } from '@pitwall/contracts';
import { isDead, type RecordContent } from '@pitwall/envelope';
import { dead, type Dead, type MessagingClient } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { MESSAGING, PIPELINES, ProblemError, RecordSubmitter, type RequestViolation } from '@pitwall/runtime';
import type { EventIngestor } from '../events/event-ingestor.js';
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
    const events = accepted(
      submission.events.map((event) => take(event, ingestor, traceparent)),
      submission,
    );
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

function take(content: RecordContent, ingestor: EventIngestor, traceparent: string): RawEvent | Dead {
  const read = ingestor.read(content, { giveId: randomUUID });
  if (isDead(read)) return read;
  return rawEventOf(content, read, { definition: ingestor.definition, traceparent }) ?? tooLarge();
}

function tooLarge(): Dead {
  const message = `With an id the event would have more than ${LIMITS.maxEventBytes} bytes; state one, or make it smaller.`;
  return dead({ reason: 'too_large', message });
}

function accepted(reads: readonly (RawEvent | Dead)[], submission: Submission): readonly RawEvent[] {
  const refused = reads.flatMap((read, index) => (isDead(read) ? [{ read, index }] : []));
  const [first] = refused;
  if (first === undefined) return reads.filter((read): read is RawEvent => !isDead(read));
  const violations = refused.flatMap(({ read, index }) => violationsOf(read, submission.isBatch ? `/${index}` : ''));
  const whole = submission.isBatch
    ? `${refused.length} of ${reads.length} events cannot be taken; none was published. `
    : '';
  throw new ProblemError(statusOf(first.read), `${whole}${first.read.message}`, {
    violations: violations.slice(0, MAX_ERRORS),
    extensions: { reason: first.read.reason },
  });
}

function violationsOf({ violations, message: whole }: Dead, prefix: string): RequestViolation[] {
  if (violations.length === 0) return [{ pointer: prefix, message: whole }];
  return violations.map(({ pointer, message }) => ({ pointer: `${prefix}${pointer}`, message }));
}

function statusOf({ reason }: Dead): number {
  if (reason === 'too_large') return 413;
  return reason === 'not_json' || reason === 'empty_value' ? 400 : 422;
}
