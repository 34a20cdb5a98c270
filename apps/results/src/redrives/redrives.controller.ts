import { Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import {
  REDRIVE_ACTIONS,
  type RedriveAnswer,
  redriveRequestSchema,
  type RedrivesView,
  type RedriveView,
} from '@pitwall/contracts';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { InvalidRequestError, PIPELINES } from '@pitwall/runtime';
import { requirePipeline } from '../storage/definition-of.js';
import { readBody, type RequestWithBody } from '../storage/request-body.js';
import { requireUuid } from '../storage/require-uuid.js';
import { RedrivesService } from './redrives.service.js';

/** `POST …/redrives`, `GET …/redrives`, `…/redrives/:id`, `POST …/redrives/:id/(pause|resume|cancel)`. */
@Controller('v1/pipelines/:pipeline/redrives')
export class RedrivesController {
  constructor(
    @Inject(PIPELINES) private readonly pipelines: readonly PipelineDefinition[],
    private readonly redrives: RedrivesService,
  ) {}

  @Post()
  @HttpCode(200)
  async redrive(@Param('pipeline') pipeline: string, @Req() request: RequestWithBody): Promise<RedriveAnswer> {
    requirePipeline(this.pipelines, pipeline);
    return this.redrives.redrive(pipeline, readBody(request, redriveRequestSchema));
  }

  @Get()
  async list(@Param('pipeline') pipeline: string): Promise<RedrivesView> {
    requirePipeline(this.pipelines, pipeline);
    return this.redrives.list(pipeline);
  }

  @Get(':redriveId')
  async find(@Param('pipeline') pipeline: string, @Param('redriveId') id: string): Promise<RedriveView> {
    requirePipeline(this.pipelines, pipeline);
    return this.redrives.find(pipeline, requireUuid('redriveId', id));
  }

  @Post(':redriveId/:action')
  @HttpCode(200)
  async steer(
    @Param('pipeline') pipeline: string,
    @Param('redriveId') id: string,
    @Param('action') given: string,
  ): Promise<RedriveView> {
    requirePipeline(this.pipelines, pipeline);
    const action = REDRIVE_ACTIONS.find((known) => known === given);
    if (action === undefined) {
      throw new InvalidRequestError([{ pointer: '/action', message: `expected one of ${REDRIVE_ACTIONS.join(', ')}` }]);
    }
    return this.redrives.steer(pipeline, requireUuid('redriveId', id), action);
  }
}
