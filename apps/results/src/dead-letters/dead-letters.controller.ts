import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import {
  type DeadLetterEdit,
  deadLetterEditRequestSchema,
  type DeadLetterGroupsView,
  type DeadLettersView,
  type DeadLetterView,
  discardRequestSchema,
  type DiscardView,
} from '@pitwall/contracts';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { PIPELINES } from '@pitwall/runtime';
import { requirePipeline } from '../storage/definition-of.js';
import { readBody, type RequestWithBody } from '../storage/request-body.js';
import { requireUuid } from '../storage/require-uuid.js';
import {
  type DeadLettersQuery,
  deadLettersQuerySchema,
  type GroupsQuery,
  groupsQuerySchema,
} from './dead-letters-query.js';
import { DeadLettersService } from './dead-letters.service.js';

/** `GET …/dead-letters`, `…/dead-letters/:id`, `…/dead-letter-groups`; `POST …/dead-letters/:id/edits`, `…/discards`. */
@Controller('v1/pipelines/:pipeline')
export class DeadLettersController {
  constructor(
    @Inject(PIPELINES) private readonly pipelines: readonly PipelineDefinition[],
    private readonly deadLetters: DeadLettersService,
  ) {}

  @Get('dead-letters')
  async list(
    @Param('pipeline') pipeline: string,
    @Query({ schema: deadLettersQuerySchema }) query: DeadLettersQuery,
  ): Promise<DeadLettersView> {
    requirePipeline(this.pipelines, pipeline);
    return this.deadLetters.list(pipeline, query);
  }

  @Get('dead-letter-groups')
  async groups(
    @Param('pipeline') pipeline: string,
    @Query({ schema: groupsQuerySchema }) query: GroupsQuery,
  ): Promise<DeadLetterGroupsView> {
    requirePipeline(this.pipelines, pipeline);
    return this.deadLetters.groups(pipeline, query);
  }

  @Get('dead-letters/:deadLetterId')
  async find(@Param('pipeline') pipeline: string, @Param('deadLetterId') id: string): Promise<DeadLetterView> {
    requirePipeline(this.pipelines, pipeline);
    return this.deadLetters.find(pipeline, requireUuid('deadLetterId', id));
  }

  @Post('dead-letters/:deadLetterId/edits')
  @HttpCode(201)
  async edit(
    @Param('pipeline') pipeline: string,
    @Param('deadLetterId') id: string,
    @Req() request: RequestWithBody,
  ): Promise<DeadLetterEdit> {
    requirePipeline(this.pipelines, pipeline);
    const body = readBody(request, deadLetterEditRequestSchema);
    return this.deadLetters.edit(pipeline, requireUuid('deadLetterId', id), body);
  }

  @Post('discards')
  @HttpCode(200)
  async discard(@Param('pipeline') pipeline: string, @Req() request: RequestWithBody): Promise<DiscardView> {
    requirePipeline(this.pipelines, pipeline);
    return this.deadLetters.discard(pipeline, readBody(request, discardRequestSchema));
  }
}
