import { setTimeout as delay } from 'node:timers/promises';
import { type DeploymentMessage, type ModelReference, PitwallError } from '@pitwall/contracts';
import type { FailureBreaker } from '../model-pool/failure-breaker.js';
import type { ModelPool } from '../model-pool/model-pool.js';
import { restartDelayMs } from '../model-pool/restart-delay.js';
import type { ServedModel } from '../model-pool/served-model.js';
import type { Outage } from './model-presence.js';

/** A model version that is fit for traffic: loaded, warmed up, golden rows checked. */
export interface Champion {
  readonly model: ServedModel;
  readonly pool: Pick<ModelPool, 'score' | 'notReadyReason' | 'queued' | 'rssBytes' | 'pids' | 'close'>;
  readonly breaker: FailureBreaker;
  /** When it became so, milliseconds since the epoch. */
  readonly since: number;
}

/** The right to use a champion until it is given back; as long as anyone has it, its children live. */
export interface ChampionLease {
  readonly champion: Champion;
  release(): void;
}

/** Told what becomes of deployments: for logs. */
export interface SlotObserver {
  readonly switched: (to: Champion, deployment: DeploymentMessage) => void;
  /** The deployment cannot be followed; told once per reason. What answered before goes on. */
  readonly failed: (deployment: DeploymentMessage, error: Error) => void;
}

export interface ChampionSlotOptions {
  readonly pipeline: string;
  /** Makes the deployed version fit for traffic, or throws why it cannot be. */
  readonly open: (deployment: DeploymentMessage) => Promise<Champion>;
  readonly observer: SlotObserver;
  /** See {@link restartDelayMs}; tests wait less. */
  readonly retryDelayMs?: (failuresInARow: number) => number;
}

interface Active {
  readonly champion: Champion;
  revision: number;
  leases: number;
  isRetired: boolean;
}

/**
 * Follows the deployments of one pipeline. A new version takes over only once it is fit for traffic; the old one answers until
 * then, and its children end when nothing in flight refers to them.
 */
export class ChampionSlot {
  private wanted: DeploymentMessage | null = null;
  private active: Active | null = null;
  private problem: Error | null = null;
  private following = Promise.resolve();
  private isFollowing = false;
  private readonly closing = new AbortController();
  /** Ends the wait for the next try when there is something newer to try. */
  private newerWanted = new AbortController();

  constructor(private readonly options: ChampionSlotOptions) {}

  /** The deployment to have from now on. Calls with an older revision than before are the caller's mistake. */
  want(deployment: DeploymentMessage): void {
    this.wanted = deployment;
    this.newerWanted.abort();
    if (!this.isFollowing) this.following = this.follow();
  }

  /** Throws `model_unavailable` (retriable) where no version answers yet. */
  acquire(): ChampionLease {
    const { active } = this;
    if (active === null) {
      throw new PitwallError(`No model answers for the pipeline ${this.options.pipeline}: ${this.notReadyReason}.`, {
        code: 'model_unavailable',
        retriable: true,
      });
    }
    active.leases += 1;
    let isHeld = true;
    return {
      champion: active.champion,
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        active.leases -= 1;
        this.closeIfUnused(active);
      },
    };
  }

  /** No version answers yet, and nothing is known against the first one. */
  get isComing(): boolean {
    return this.active === null && this.problem === null && !this.closing.signal.aborted;
  }

  get champion(): Champion | null {
    return this.active?.champion ?? null;
  }

  /** Why no model can be asked; null where one can, whether or not its answers are any good. */
  get outage(): Outage | null {
    if (this.active !== null) {
      const reason = this.active.champion.pool.notReadyReason;
      return reason === null ? null : { code: 'model_unavailable', message: reason };
    }
    const { problem } = this;
    if (problem !== null) return { code: codeOf(problem), message: problem.message };
    return this.wanted === null
      ? { code: 'no_deployment', message: 'no deployment has been announced' }
      : { code: 'model_loading', message: 'the model is being loaded' };
  }

  /** Why no score can be had now; null when all is well. */
  get notReadyReason(): string | null {
    const { outage } = this;
    if (outage !== null) return outage.message;
    return this.active?.champion.breaker.isOpen === true ? 'the model fails on most rows' : null;
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.newerWanted.abort();
    await this.following;
    await this.active?.champion.pool.close();
  }

  private async follow(): Promise<void> {
    this.isFollowing = true;
    let failures = 0;
    while (this.wanted !== null && this.wanted.revision !== this.active?.revision && !this.closing.signal.aborted) {
      const deployment = this.wanted;
      this.newerWanted = new AbortController();
      try {
        await this.switchTo(deployment);
        failures = 0;
      } catch (error) {
        failures += 1;
        this.report(deployment, error as Error);
        const waitMs = (this.options.retryDelayMs ?? restartDelayMs)(failures + 1);
        await delay(waitMs, undefined, { signal: this.newerWanted.signal }).catch(() => undefined);
      }
    }
    this.isFollowing = false;
  }

  private async switchTo(deployment: DeploymentMessage): Promise<void> {
    if (this.active !== null && isSame(this.active.champion.model, deployment.champion)) {
      this.active.revision = deployment.revision;
      this.problem = null;
      return;
    }
    const champion = await this.options.open(deployment);
    if (this.closing.signal.aborted) {
      await champion.pool.close();
      return;
    }
    const old = this.active;
    this.active = { champion, revision: deployment.revision, leases: 0, isRetired: false };
    this.problem = null;
    this.options.observer.switched(champion, deployment);
    if (old === null) return;
    old.isRetired = true;
    this.closeIfUnused(old);
  }

  private report(deployment: DeploymentMessage, error: Error): void {
    if (this.problem?.message !== error.message) this.options.observer.failed(deployment, error);
    this.problem = error;
  }

  private closeIfUnused(active: Active): void {
    // Ending children cannot fail: they are killed after a second.
    if (active.isRetired && active.leases === 0) void active.champion.pool.close();
  }
}

function isSame(model: ServedModel, reference: ModelReference): boolean {
  return model.name === reference.model && model.version === reference.version && model.digest === reference.digest;
}

function codeOf(error: Error): string {
  return error instanceof PitwallError ? error.code : 'model_unavailable';
}
