import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { eventsTopic, type SubmissionView } from '@pitwall/contracts';
import { beginSend } from '@pitwall/runtime';
import type { FastifyRequest } from 'fastify';
import { readSubmission } from './submission.js';
import { SubmissionsService } from './submissions.service.js';

/** `POST /v1/pipelines/:pipeline/events`: one event or up to 1,000, all or none; 202 once Kafka has them. */
@Controller('v1/pipelines/:pipeline/events')
export class SubmissionsController {
  constructor(private readonly submissions: SubmissionsService) {}

  @Post()
  @HttpCode(202)
  async submit(@Param('pipeline') pipeline: string, @Req() request: FastifyRequest): Promise<SubmissionView> {
    const submission = readSubmission({ headers: request.headers, body: request.body });
    const trace = beginSend(request, { topic: eventsTopic.name(pipeline), pipeline });
    try {
      const events = await this.submissions.submit(pipeline, submission, trace.traceparent);
      trace.end();
      return { events: events.map(({ id, source }) => ({ id, source })), traceId: trace.traceId };
    } catch (error) {
      trace.end(error instanceof Error ? error.message : String(error));
      throw error;
    }
  }
}
