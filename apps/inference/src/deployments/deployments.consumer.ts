import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { deploymentsTopic, PitwallError } from '@pitwall/contracts';
import type { InboundRecord, MessagingClient, SubscriptionState, TableReader } from '@pitwall/messaging';
import { FATAL, LOGGER, MESSAGING } from '@pitwall/runtime';
import type { Logger } from '@pitwall/telemetry';
import { ChampionsService } from './champions.service.js';
import { DeploymentTable } from './deployment-table.js';

/** Reads the deployments topic from its start, and on as it grows; the highest revision of each pipeline is followed. */
@Injectable()
export class DeploymentsConsumer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly table = new DeploymentTable();
  private reader: TableReader | null = null;
  private isCaughtUp = false;
  private state: SubscriptionState = { phase: 'joining', reason: null };

  // Nest injects by parameter.
  // oxlint-disable-next-line max-params
  constructor(
    @Inject(MESSAGING) private readonly messaging: MessagingClient,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(FATAL) private readonly fatal: (error: Error) => void,
    private readonly champions: ChampionsService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.reader = await this.messaging.table({
      topic: deploymentsTopic.name(''),
      onRecord: (record) => this.apply(record),
      onState: (state) => this.enter(state),
    });
    // Not awaited: the service is up and not ready meanwhile.
    void this.reader.caughtUp.then(() => this.followAll());
  }

  /** Throws why deployments are not known yet. */
  check(): void {
    if (this.isCaughtUp) return;
    const { reason } = this.state;
    const why = reason === null ? '' : `: ${reason}`;
    throw new PitwallError(`the deployments topic is not read to its end yet${why}`, {
      code: 'deployments_unread',
      retriable: true,
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.reader?.stop();
  }

  private apply(record: InboundRecord): void {
    const { partition, offset } = record;
    const applied = this.table.apply(record);
    if (applied.kind === 'refused') {
      this.logger.error({ partition, offset, why: applied.why }, 'no deployment: the record is passed over');
    } else if (applied.kind === 'wanted' && this.isCaughtUp) {
      this.champions.follow(applied.deployment);
    }
  }

  /** Only now: a version that was replaced long ago is not loaded first. */
  private followAll(): void {
    this.isCaughtUp = true;
    this.champions.followAll(this.table.deployments());
  }

  private enter(state: SubscriptionState): void {
    this.state = state;
    if (state.phase !== 'failed') return;
    // A service that misses deployments goes on with models that were taken back: better it starts anew.
    const message = `The deployments topic cannot be read any more: ${state.reason ?? 'unknown'}.`;
    this.fatal(new PitwallError(message, { code: 'deployments_lost' }));
  }
}
