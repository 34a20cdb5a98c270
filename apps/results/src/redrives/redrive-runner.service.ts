import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { failpoint } from '@pitwall/failpoints';
import type { MessagingClient, Publisher } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { CLOCK, type Clock, CONFIG, LOGGER, MESSAGING, PIPELINES } from '@pitwall/runtime';
import type { Logger } from '@pitwall/telemetry';
import type { ResultsConfig } from '../config.js';
import { Alarm } from './alarm.js';
import { Pace } from './pace.js';
import { RedriveChunksRepository, type ChunkRecord } from './redrive-chunks.repository.js';
import { type RedriveLease, RedriveLeasesRepository } from './redrive-leases.repository.js';
import { measureRedriven } from './redrive-signals.js';
import { redrivenRecord } from './redriven-record.js';

/** Redrives that one instance carries out at a time: a slow one does not hold up the others. */
const MAX_IN_HAND = 4;
const LOOK_EVERY_MS = 1_000;
const RETRY_AFTER_MS = 2_000;
/** A lease is renewed so often while there is nothing to send. */
const RENEWALS_PER_LEASE = 3;

/**
 * Carries redrives out, whoever was asked for them: what is to be done stands in the database, and any instance goes on after a
 * kill. Per chunk: noted as being sent → sent and acknowledged → noted as sent. A kill in between repeats the send, and the
 * repetition is a copy under the same identity and attempt: the stages drop it as they drop any duplicate.
 */
@Injectable()
export class RedriveRunner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly leaseMs: number;
  private readonly pipelines: readonly string[];
  private readonly stopping = new AbortController();
  private readonly alarm = new Alarm(this.stopping.signal);
  private readonly inHand = new Set<Promise<void>>();
  private publisher: Promise<Publisher> | null = null;
  private looking: Promise<void> = Promise.resolve();
  /** Told once: it is looked for work every second. */
  private isDatabaseAway = false;

  // Nest injects by parameter.
  // oxlint-disable-next-line max-params
  constructor(
    private readonly leases: RedriveLeasesRepository,
    private readonly chunks: RedriveChunksRepository,
    @Inject(MESSAGING) private readonly messaging: MessagingClient,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(PIPELINES) pipelines: readonly PipelineDefinition[],
    @Inject(CONFIG) config: Pick<ResultsConfig, 'REDRIVE_LEASE_MS'>,
  ) {
    this.pipelines = pipelines.map(({ name }) => name);
    this.leaseMs = config.REDRIVE_LEASE_MS;
  }

  onApplicationBootstrap(): void {
    this.looking = this.lookForWork();
  }

  /** Finishes the chunks in hand and gives the leases back, so that another instance goes on at once. */
  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.looking;
    await Promise.all(this.inHand);
    await (await this.publisher)?.close();
  }

  /** There is a new redrive, or one that may go on. */
  wake(): void {
    this.alarm.ring();
  }

  private async lookForWork(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const lease = this.inHand.size < MAX_IN_HAND ? await this.claim() : null;
      if (lease === null) {
        await this.alarm.sleep(LOOK_EVERY_MS);
        continue;
      }
      const work = this.carryOut(lease).finally(() => this.inHand.delete(work));
      this.inHand.add(work);
    }
  }

  private async claim(): Promise<RedriveLease | null> {
    try {
      const lease = await this.leases.claim(this.pipelines, this.leaseMs);
      this.isDatabaseAway = false;
      return lease;
    } catch (error) {
      if (!this.isDatabaseAway) this.logger.warn({ err: error }, 'cannot look for redrives; it is tried again');
      this.isDatabaseAway = true;
      return null;
    }
  }

  /** Never rejects: what fails is told, kept with the redrive, and tried again. */
  private async carryOut(lease: RedriveLease): Promise<void> {
    const { redriveId, pipeline } = lease;
    this.logger.info({ redriveId, pipeline }, 'carrying out a redrive');
    const pace = new Pace(lease.ratePerSecond);
    let isFailing = false;
    while (!this.stopping.signal.aborted) {
      try {
        if (!(await this.waitForTurn(lease, pace))) return;
        const isOver = await this.sendNext(lease, pace);
        if (isFailing) await this.leases.note(lease, null);
        isFailing = false;
        if (isOver) return;
      } catch (error) {
        if (!isFailing) this.logger.warn({ err: error, redriveId }, 'a redrive does not go on; it is tried again');
        isFailing = true;
        await this.tell(lease, error);
        await this.alarm.sleep(RETRY_AFTER_MS);
      }
    }
    await this.release(lease);
  }

  /** False where somebody else has taken the redrive meanwhile. */
  private async waitForTurn(lease: RedriveLease, pace: Pace): Promise<boolean> {
    for (;;) {
      const waitMs = pace.waitMs(this.clock.monotonic());
      if (waitMs === 0 || this.stopping.signal.aborted) return true;
      const renewMs = this.leaseMs / RENEWALS_PER_LEASE;
      await this.alarm.sleep(Math.min(waitMs, renewMs));
      if (waitMs > renewMs && !(await this.leases.renew(lease, this.leaseMs))) return false;
    }
  }

  /** True where the redrive is over, or not ours any more. */
  private async sendNext(lease: RedriveLease, pace: Pace): Promise<boolean> {
    const startedAt = this.clock.monotonic();
    const next = await this.chunks.begin(lease, { leaseMs: this.leaseMs, maxRecords: pace.chunkRecords });
    if (next.kind !== 'send') {
      this.logger.info({ redriveId: lease.redriveId, kind: next.kind }, 'no more to do for a redrive');
      if (next.kind === 'paused') await this.leases.release(lease);
      return true;
    }
    if (next.records.length === 0) return false;
    await this.send(next.records, startedAt + this.leaseMs);
    failpoint('after_redrive_send');
    const noted = await this.chunks.sent(lease, next.records, this.leaseMs);
    measureRedriven(lease.pipeline, next.records, noted);
    pace.sent(next.records.length, startedAt);
    return false;
  }

  /** Nothing leaves after the lease by the clock that goes on while a process is frozen. */
  private async send(records: readonly ChunkRecord[], heldUntil: number): Promise<void> {
    this.publisher ??= this.messaging.publisher();
    const publisher = await this.publisher.catch((error: unknown) => {
      this.publisher = null;
      throw error;
    });
    await publisher.send(records.map(redrivenRecord), { stillHeld: () => this.clock.monotonic() < heldUntil });
  }

  /** For those who look at the redrive. */
  private async tell(lease: RedriveLease, error: unknown): Promise<void> {
    try {
      await this.leases.note(lease, error instanceof Error ? error.message : String(error));
    } catch (unreachable) {
      this.logger.debug({ err: unreachable }, 'nor can the database be told why a redrive does not go on');
    }
  }

  private async release(lease: RedriveLease): Promise<void> {
    try {
      await this.leases.release(lease);
    } catch (error) {
      this.logger.warn(
        { err: error, redriveId: lease.redriveId },
        'the redrive goes on elsewhere once its lease is over',
      );
    }
  }
}
