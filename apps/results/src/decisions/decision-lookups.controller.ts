import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { decisionLookupRequestSchema, type DecisionLookupView, resultIdOf } from '@pitwall/contracts';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { PIPELINES } from '@pitwall/runtime';
import type { FastifyRequest } from 'fastify';
import { requirePipeline } from '../storage/definition-of.js';
import { readBody } from '../storage/request-body.js';
import { DecisionsRepository } from './decisions.repository.js';

/** `POST /v1/pipelines/:pipeline/decision-lookups`: which of up to 1,000 events are decided, and from which raw records. */
@Controller('v1/pipelines/:pipeline/decision-lookups')
export class DecisionLookupsController {
  constructor(
    @Inject(PIPELINES) private readonly pipelines: readonly PipelineDefinition[],
    private readonly repository: DecisionsRepository,
  ) {}

  @Post()
  @HttpCode(200)
  async lookUp(@Param('pipeline') pipeline: string, @Req() request: FastifyRequest): Promise<DecisionLookupView> {
    requirePipeline(this.pipelines, pipeline);
    const { events } = readBody(request, decisionLookupRequestSchema);
    const resultIds = events.map((event) => resultIdOf(pipeline, event));
    const known = await this.repository.lookUp(resultIds);
    return { pipeline, decisions: resultIds.map((resultId) => known.get(resultId) ?? null) };
  }
}
