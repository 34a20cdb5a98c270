import { randomUUID } from 'node:crypto';
import {
  type DeadLetter,
  deadLetterSchema,
  HEADER,
  type OutcomeMessage,
  outcomeMessageSchema,
  type ResultMessage,
  resultMessageSchema,
} from '@pitwall/contracts';
import type { InboundRecord, MessagingClient } from '@pitwall/messaging';

/** Everything that comes by on some topics, from their start on. */
export class TopicLog {
  readonly records: InboundRecord[] = [];
  #stop: () => Promise<void> = () => Promise.resolve();

  static async follow(client: MessagingClient, topics: readonly string[]): Promise<TopicLog> {
    const log = new TopicLog();
    const subscription = await client.consume({
      groupId: `e2e.${randomUUID()}`,
      topics,
      concurrency: 2,
      onBatch: ({ records }) => {
        log.records.push(...records);
        return Promise.resolve();
      },
      onState: () => undefined,
    });
    log.#stop = () => subscription.stop();
    return log;
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  /** Every copy of the result of an event. */
  copiesOf(eventId: string): readonly InboundRecord[] {
    return this.records.filter((record) => record.topic.includes('.results.') && resultOf(record).event.id === eventId);
  }

  /** Every copy of every outcome of an event. */
  outcomesOf(eventId: string): readonly InboundRecord[] {
    return this.records.filter(
      (record) => record.topic.includes('.outcomes.') && outcomeOf(record).event.id === eventId,
    );
  }

  /** Every dead letter, as written. */
  get deadLetters(): readonly DeadLetter[] {
    return this.#deadRecords().map(deadLetterOf);
  }

  /** The dead letters of an event, by its id: as Pitwall has read it, or else by the header that is still there. */
  deadLettersOf(eventId: string): readonly DeadLetter[] {
    return this.#deadRecords()
      .filter((record) => (deadLetterOf(record).identity?.id ?? headerText(record, HEADER.ceId)) === eventId)
      .map(deadLetterOf);
  }

  #deadRecords(): readonly InboundRecord[] {
    return this.records.filter(({ topic }) => topic.includes('.dead-letters.'));
  }
}

function headerText(record: InboundRecord, name: string): string {
  return String(record.headers.find((header) => header.name === name)?.value);
}

export function resultOf(record: InboundRecord): ResultMessage {
  return resultMessageSchema.parse(JSON.parse(String(record.value)));
}

export function outcomeOf(record: InboundRecord): OutcomeMessage {
  return outcomeMessageSchema.parse(JSON.parse(String(record.value)));
}

function deadLetterOf(record: InboundRecord): DeadLetter {
  const header = record.headers.findLast(({ name }) => name === HEADER.deadLetter);
  return deadLetterSchema.parse(JSON.parse(String(header?.value)));
}
