import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { feedbackTopic, type FeedbackView } from '@pitwall/contracts';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { beginSend, PIPELINES } from '@pitwall/runtime';
import type { FastifyRequest } from 'fastify';
import { requirePipeline } from '../storage/definition-of.js';
import { FeedbackSubmissionsService } from './feedback-submissions.service.js';

/** `POST /v1/pipelines/:pipeline/feedback`: one label or action or up to 1,000, all or none; 202 once Kafka has them. */
@Controller('v1/pipelines/:pipeline/feedback')
export class FeedbackSubmissionsController {
  constructor(
    @Inject(PIPELINES) private readonly pipelines: readonly PipelineDefinition[],
    private readonly submissions: FeedbackSubmissionsService,
  ) {}

  @Post()
  @HttpCode(202)
  async submit(@Param('pipeline') pipeline: string, @Req() request: FastifyRequest): Promise<FeedbackView> {
    const definition = requirePipeline(this.pipelines, pipeline);
    const trace = beginSend(request, { topic: feedbackTopic.name(pipeline), pipeline });
    try {
      const feedback = await this.submissions.submit(definition, request, trace.traceparent);
      trace.end();
      return { feedback: [...feedback], traceId: trace.traceId };
    } catch (error) {
      trace.end(error instanceof Error ? error.message : String(error));
      throw error;
    }
  }
}
