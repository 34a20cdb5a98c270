import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import type { DecisionsView, ResultMessage } from '@pitwall/contracts';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { PIPELINES } from '@pitwall/runtime';
import { requirePipeline } from '../storage/definition-of.js';
import { encodeCursor } from '../storage/page-cursor.js';
import { type DecisionsQuery, decisionsQuerySchema } from './decisions-query.js';
import { DecisionsRepository } from './decisions.repository.js';

/** `GET /v1/pipelines/:pipeline/decisions?entity=&from=&to=&decision=&cursor=&limit=`: newest first by event time. */
@Controller('v1/pipelines/:pipeline/decisions')
export class DecisionsListController {
  constructor(
    @Inject(PIPELINES) private readonly pipelines: readonly PipelineDefinition[],
    private readonly repository: DecisionsRepository,
  ) {}

  @Get()
  async list(
    @Param('pipeline') pipeline: string,
    @Query({ schema: decisionsQuerySchema }) query: DecisionsQuery,
  ): Promise<DecisionsView> {
    requirePipeline(this.pipelines, pipeline);
    const rows = await this.repository.list(pipeline, query);
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return {
      pipeline,
      decisions: page.map(({ publishedValue }) => JSON.parse(publishedValue.toString('utf8')) as ResultMessage),
      nextCursor:
        rows.length > page.length && last !== undefined ? encodeCursor({ at: last.eventAt, id: last.resultId }) : null,
    };
  }
}
