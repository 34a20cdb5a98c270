import { deadLettersTopic } from '@pitwall/contracts';
import { batchOf, type InboundRecord } from '@pitwall/messaging';
import { type Database, PartitionClaims } from '@pitwall/persistence';
import { createLogger } from '@pitwall/telemetry';
import { DeadLettersConsumer } from '../src/dead-letters/dead-letters.consumer.js';
import { BatchStore } from '../src/storage/batch-store.service.js';

/** The consumer of dead letters on a real database, fed by hand. */
export class DeadLettersDesk {
  private readonly consumer: DeadLettersConsumer;
  private nextOffset = 0;

  constructor(database: Database) {
    const store = new BatchStore(database, new PartitionClaims(database));
    this.consumer = new DeadLettersConsumer(store, createLogger({ service: 'results', level: 'fatal' }));
  }

  /** Keeps these records of the dead-letters topic in one batch. */
  async keep(records: readonly InboundRecord[]): Promise<void> {
    const topic = deadLettersTopic.name('flights');
    const placed = records.map((record) => ({ ...record, topic, partition: 0, offset: this.nextOffset++ }));
    const outcomes = await this.consumer.keep(batchOf('flights', placed as [InboundRecord, ...InboundRecord[]]));
    // A dead letter of a dead letter would come back for ever.
    if (outcomes.length !== records.length || outcomes.some((one) => one.kind !== 'done' || one.outputs.length > 0)) {
      throw new Error(`Expected ${records.length} records to be done, got ${JSON.stringify(outcomes)}.`);
    }
  }
}
