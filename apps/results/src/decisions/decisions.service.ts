import { Inject, Injectable } from '@nestjs/common';
import { predictionsTopic } from '@pitwall/contracts';
import type { MessageBatch } from '@pitwall/messaging';
import { type Database, PartitionClaims } from '@pitwall/persistence';
import { CLOCK, type Clock, DATABASE } from '@pitwall/runtime';
import { commitDecisions } from './commit-decisions.js';
import { measureSettlements, measureTransaction } from './decision-signals.js';
import type { Decision } from './decision.js';
import type { Settlement } from './settlement.js';

@Injectable()
export class DecisionsService {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly claims: PartitionClaims,
  ) {}

  /** Makes the decisions of a batch and the progress behind it durable, see {@link commitDecisions}, and measures it. */
  async settle(batch: MessageBatch, decisions: readonly Decision[]): Promise<Settlement[]> {
    const { pipeline, heartbeat } = batch;
    const claim = await this.claims.claimFor(batch.batch, `pitwall.results.${predictionsTopic.kind}.${pipeline}`);
    const nextOffset = (batch.batch.records.at(-1)?.offset ?? claim.nextOffset - 1) + 1;
    const startedAt = this.clock.monotonic();
    const settlements = await commitDecisions(
      { database: this.database, claims: this.claims },
      { decisions, claim, nextOffset, heartbeat },
    );
    measureTransaction(pipeline, (this.clock.monotonic() - startedAt) / 1000);
    measureSettlements(pipeline, settlements);
    return settlements;
  }
}
