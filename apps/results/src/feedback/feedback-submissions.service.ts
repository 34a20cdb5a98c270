import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { feedbackTopic, type FeedbackView, HEADER, JSON_CONTENT_TYPE, LIMITS } from '@pitwall/contracts';
import { type Dead, type MessagingClient, type OutboundRecord, partitionFor, textHeader } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { MESSAGING, ProblemError, RecordSubmitter, type RequestViolation } from '@pitwall/runtime';
import { type FeedbackRequest, type FeedbackSubmission, readSubmission } from './feedback-submission.js';
import { readFeedback } from './read-feedback.js';
import { type CheckedFeedback, checkFeedback } from './take-feedback.js';

type Taken = FeedbackView['feedback'][number];

const CONTENT_TYPE = textHeader(HEADER.contentType, JSON_CONTENT_TYPE);

/** Publishes feedback that came over HTTP: all of a request or none. */
@Injectable()
export class FeedbackSubmissionsService implements OnApplicationShutdown {
  private readonly submitter: RecordSubmitter;

  constructor(@Inject(MESSAGING) messaging: MessagingClient) {
    this.submitter = new RecordSubmitter(messaging);
  }

  /**
   * Checks all feedback of a request as the consumer would and publishes it; resolves when Kafka has acknowledged all. Throws
   * a {@link ProblemError} with every violation when some of it would be dead-lettered: nothing is published then.
   */
  async submit(
    definition: PipelineDefinition,
    request: FeedbackRequest,
    traceparent: string,
  ): Promise<readonly Taken[]> {
    const submission = readSubmission(request);
    const checked = accept(
      submission,
      submission.values.map((value) => check(value, definition)),
    );
    const feedback = checked.map(({ kind, identity, resultId }): Taken => ({ kind, ...identity, resultId }));
    const headers = [CONTENT_TYPE, textHeader(HEADER.traceparent, traceparent)];
    const records = checked.map(({ resultId }, at): OutboundRecord => {
      // By the event: corrections of a label are read in the order in which they were sent.
      const key = Buffer.from(resultId, 'utf8');
      const partition = partitionFor(key, definition.partitions);
      return {
        topic: feedbackTopic.name(definition.name),
        partition,
        key,
        value: submission.values[at] as Buffer,
        headers,
      };
    });
    await this.submitter.submit({ records, isBatch: submission.isBatch, ifUnacknowledged: { feedback } });
    return feedback;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.submitter.close();
  }
}

function check(value: Buffer, definition: PipelineDefinition): CheckedFeedback | Dead {
  const read = readFeedback({ value, headers: [] });
  return read.ok ? checkFeedback(read.value, definition) : read.dead;
}

function accept(submission: FeedbackSubmission, checked: readonly (CheckedFeedback | Dead)[]): CheckedFeedback[] {
  const refused = checked.flatMap((one, index) => (one.kind === 'dead' ? [{ dead: one, index }] : []));
  const [first] = refused;
  if (first === undefined) return checked.filter((one) => one.kind !== 'dead');
  const violations = refused.flatMap(({ dead: one, index }) =>
    violationsOf(one, submission.isBatch ? `/${index}` : ''),
  );
  const whole = submission.isBatch
    ? `${refused.length} of ${checked.length} labels and actions cannot be taken; none was published. `
    : '';
  throw new ProblemError(statusOf(first.dead), `${whole}${first.dead.message}`, {
    violations: violations.slice(0, LIMITS.maxViolations),
    extensions: { reason: first.dead.reason },
  });
}

function violationsOf(one: Dead, prefix: string): RequestViolation[] {
  if (one.violations.length === 0) return [{ pointer: prefix, message: one.message }];
  return one.violations.map(({ pointer, message }) => ({ pointer: `${prefix}${pointer}`, message }));
}

/** What could not be read at all has no violations by place. */
function statusOf({ violations }: Dead): number {
  return violations.length === 0 ? 400 : 422;
}
