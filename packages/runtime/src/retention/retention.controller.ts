import { Controller, Get, Inject, NotFoundException, Param } from '@nestjs/common';
import type { RetentionView } from '@pitwall/contracts';
import { RETENTION } from '../tokens.js';
import type { RetentionRun } from './retention-run.js';

@Controller('v1/pipelines/:pipeline/retention')
/** `GET /v1/pipelines/:pipeline/retention`; 404 where there is no such pipeline, 503 while PostgreSQL does not answer. */
export class RetentionController {
  constructor(@Inject(RETENTION) private readonly retention: Pick<RetentionRun, 'viewOf' | 'pipelines'>) {}

  @Get()
  async find(@Param('pipeline') pipeline: string): Promise<RetentionView> {
    const view = await this.retention.viewOf(pipeline);
    if (view !== null) return view;
    const known = this.retention.pipelines.join(', ');
    throw new NotFoundException(
      `There is no pipeline ${JSON.stringify(pipeline.slice(0, 200))} here; there is: ${known}.`,
    );
  }
}
