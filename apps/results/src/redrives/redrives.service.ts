import { randomUUID } from 'node:crypto';
import { Inject, Injectable, NotFoundException } from '@nestjs/common';
import {
  MAX_REDRIVE_RECORDS,
  type RedriveAction,
  type RedriveAnswer,
  type RedrivePlan,
  type RedriveRequest,
  type RedrivesView,
  type RedriveView,
} from '@pitwall/contracts';
import { CONFIG, ProblemError } from '@pitwall/runtime';
import type { ResultsConfig } from '../config.js';
import { withinTime } from '../storage/within-time.js';
import { recordsToSend } from './redrive-plan.js';
import { RedriveProgressRepository } from './redrive-progress.repository.js';
import { RedriveRunner } from './redrive-runner.service.js';
import { redriveSummary, redriveView } from './redrive-view.js';
import { type RedriveRow, RedrivesRepository } from './redrives.repository.js';

const NOTHING_YET = { waiting: 0, sent: 0, skipped: 0, repeatedSends: 0, recentlySent: 0, recentSeconds: 0 };

/** What people ask of redrives. */
@Injectable()
export class RedrivesService {
  // Nest injects by parameter.
  // oxlint-disable-next-line max-params
  constructor(
    private readonly redrives: RedrivesRepository,
    private readonly progress: RedriveProgressRepository,
    private readonly runner: RedriveRunner,
    @Inject(CONFIG) private readonly config: Pick<ResultsConfig, 'MAX_REDRIVES'>,
  ) {}

  /** Plans a redrive, and unless it is a dry run has it carried out. */
  async redrive(pipeline: string, { ids, filter, ...request }: RedriveRequest): Promise<RedriveAnswer> {
    const planned = { selection: { pipeline, ids, filter }, maxRedrives: this.config.MAX_REDRIVES };
    if (request.dryRun) return { plan: await withinTime(() => this.redrives.plan(planned)), redrive: null };
    const redriveId = randomUUID();
    const plan = await withinTime(() => this.redrives.create({ ...planned, ...request, redriveId }, refuseTooMany));
    if (recordsToSend(plan) === 0) return { plan, redrive: null };
    this.runner.wake();
    return { plan, redrive: await this.find(pipeline, redriveId) };
  }

  /** Throws a `NotFoundException` where there is no such redrive. */
  async find(pipeline: string, redriveId: string): Promise<RedriveView> {
    const row = await this.require(pipeline, redriveId);
    const progress = await this.progress.progressOf([redriveId]);
    return redriveView(row, progress.get(redriveId) ?? NOTHING_YET, await this.progress.outcomesOf(redriveId));
  }

  async list(pipeline: string): Promise<RedrivesView> {
    const rows = await this.redrives.list(pipeline);
    const progress = await this.progress.progressOf(rows.map(({ redriveId }) => redriveId));
    return {
      pipeline,
      redrives: rows.map((row) => redriveSummary(row, progress.get(row.redriveId) ?? NOTHING_YET)),
    };
  }

  /** Throws 404, and 409 where the redrive has ended. */
  async steer(pipeline: string, redriveId: string, action: RedriveAction): Promise<RedriveView> {
    const { state } = await this.require(pipeline, redriveId);
    if (!(await this.redrives.steer(redriveId, action))) {
      throw new ProblemError(409, `The redrive is ${state}; it cannot be told to ${action}.`);
    }
    this.runner.wake();
    return this.find(pipeline, redriveId);
  }

  private async require(pipeline: string, redriveId: string): Promise<RedriveRow> {
    const row = await this.redrives.find(pipeline, redriveId);
    if (row === null) throw new NotFoundException(`There is no redrive ${redriveId} in ${pipeline}.`);
    return row;
  }
}

function refuseTooMany(plan: RedrivePlan): void {
  const records = recordsToSend(plan);
  if (records <= MAX_REDRIVE_RECORDS) return;
  throw new ProblemError(
    422,
    `${records} records would be sent, expected at most ${MAX_REDRIVE_RECORDS} in one redrive; nothing was done. Choose fewer by reason, group or time.`,
  );
}
