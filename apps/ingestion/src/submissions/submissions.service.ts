import { Inject, Injectable, NotFoundException, type OnApplicationShutdown } from '@nestjs/common';
import type { Dead, MessagingClient, Publisher } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { MESSAGING, PIPELINES, ProblemError, type RequestViolation } from '@pitwall/runtime';
import { isDead } from '../events/envelope.js';
import type { EventIngestor, ReadEvent } from '../events/event-ingestor.js';
import { EventIngestors } from '../events/event-ingestors.js';
import { isTooLarge, type RawEvent, rawEventOf } from './raw-event-record.js';
import { SubmissionGate } from './submission-gate.js';
import type { Submission } from './submission.js';

const MAX_ERRORS = 50;

/** Publishes events that came over HTTP: all of a request or none. */
@Injectable()
export class SubmissionsService implements OnApplicationShutdown {
  private readonly gate = new SubmissionGate();
  private publisher: Promise<Publisher> | null = null;

  constructor(
    private readonly ingestors: EventIngestors,
    @Inject(MESSAGING) private readonly messaging: MessagingClient,
    @Inject(PIPELINES) private readonly pipelines: readonly PipelineDefinition[],
  ) {}

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
    refuseTooLarge(events, submission);
    const bytes = events.reduce((sum, { record }) => sum + (record.value?.length ?? 0), 0);
    await this.gate.pass({ records: events.length, bytes }, () => this.publish(events));
    return events;
  }

  async onApplicationShutdown(): Promise<void> {
    await (await this.publisher)?.close();
  }

  private async publish(events: readonly RawEvent[]): Promise<void> {
    this.publisher ??= this.messaging.publisher();
    const publisher = await this.publisher;
    try {
      await publisher.send(events.map(({ record }) => record));
    } catch (error) {
      throw notAcknowledged(error, events);
    }
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

function refuseTooLarge(events: readonly RawEvent[], submission: Submission): void {
  const index = events.findIndex(({ record }) => isTooLarge(record));
  if (index === -1) return;
  const place = submission.isBatch ? `/${index}` : '';
  throw new ProblemError(
    413,
    'The event with its headers is larger than a record of the events topic may be; nothing was published.',
    {
      violations: [{ pointer: place, message: 'is too large' }],
    },
  );
}

/** The ids are told, also those that were given here: repeated with them, what was written all the same is a duplicate. */
function notAcknowledged(error: unknown, events: readonly RawEvent[]): ProblemError {
  const detail =
    'Kafka has not acknowledged all events; some may have been published. Send them again with the same ids.';
  const problem = new ProblemError(503, detail, {
    headers: { 'retry-after': '5' },
    extensions: { events: events.map(({ id, source }) => ({ id, source })) },
  });
  problem.cause = error;
  return problem;
}
