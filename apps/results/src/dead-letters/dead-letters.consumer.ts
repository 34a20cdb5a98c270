import { Controller, Inject } from '@nestjs/common';
import { deadLettersTopic } from '@pitwall/contracts';
import { BatchHandler, DONE, type Message, type MessageBatch, type Outcome } from '@pitwall/messaging';
import { LOGGER } from '@pitwall/runtime';
import type { Logger } from '@pitwall/telemetry';
import { BatchStore } from '../storage/batch-store.service.js';
import type { Refusal } from '../storage/store-rows.js';
import { TableStatements } from '../storage/table-statements.js';
import { measureKept, measureUnreadable } from './dead-letter-signals.js';
import { DEAD_LETTER_RULES, DEAD_LETTERS } from './dead-letters-table.js';
import { type KeptDeadLetter, readDeadLetter } from './kept-dead-letter.js';

/** Dead letters of every stage in, and kept. */
@Controller()
export class DeadLettersConsumer {
  constructor(
    private readonly store: BatchStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Nothing is ever sent: a dead letter that cannot be kept would come back here for ever. It is told in the log, counted, and
   * stays in its topic.
   */
  @BatchHandler(deadLettersTopic, { storesProgress: true })
  async keep(batch: MessageBatch): Promise<readonly Outcome[]> {
    const progress = await this.store.progressOf(batch, deadLettersTopic);
    const letters = batch.messages.flatMap((message) => this.read(message, batch.pipeline));
    const settlements = await this.store.commit(progress, (client, storeRows) =>
      storeRows(new TableStatements(client, DEAD_LETTERS), DEAD_LETTER_RULES, letters),
    );
    measureKept(batch.pipeline, settlements);
    settlements.forEach((settlement, at) => {
      if (settlement.kind === 'refused') this.tellRefused(letters[at] as KeptDeadLetter, settlement);
    });
    return batch.messages.map(() => DONE);
  }

  private read({ record }: Message, pipeline: string): KeptDeadLetter[] {
    const read = readDeadLetter(record, pipeline);
    if (!('why' in read)) return [read];
    const { topic, partition, offset } = record;
    measureUnreadable(topic);
    this.logger.error({ topic, partition, offset, why: read.why }, 'no dead letter: the record is passed over');
    return [];
  }

  private tellRefused({ letter }: KeptDeadLetter, { sqlState, message }: Refusal): void {
    const { deadLetterId, record } = letter;
    this.logger.error({ deadLetterId, record, sqlState, why: message }, 'PostgreSQL refuses to keep a dead letter');
  }
}
