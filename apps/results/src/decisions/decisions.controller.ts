import {
  BadRequestException,
  ConflictException,
  Controller,
  Get,
  Inject,
  NotFoundException,
  Param,
  Query,
} from '@nestjs/common';
import { type DecisionView, LIMITS, resultIdOf } from '@pitwall/contracts';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { PIPELINES } from '@pitwall/runtime';
import { requirePipeline } from '../storage/definition-of.js';
import { DecisionFeedbackRepository } from './decision-feedback.repository.js';
import { type DecisionRow, decisionView } from './decision-view.js';
import { DecisionsRepository } from './decisions.repository.js';

/** Sources that are listed where an event id alone says too little. */
const MAX_SOURCES = 20;

/** `GET /v1/pipelines/:pipeline/decisions/:eventId?source=`: all that is known of one decision. */
@Controller('v1/pipelines/:pipeline/decisions')
export class DecisionsController {
  constructor(
    @Inject(PIPELINES) private readonly pipelines: readonly PipelineDefinition[],
    private readonly repository: DecisionsRepository,
    private readonly feedback: DecisionFeedbackRepository,
  ) {}

  /** Without `source` the event id must belong to one source only. */
  @Get(':eventId')
  async find(
    @Param('pipeline') pipeline: string,
    @Param('eventId') eventId: string,
    @Query('source') source: unknown,
  ): Promise<DecisionView> {
    const definition = requirePipeline(this.pipelines, pipeline);
    requireIdentityText('eventId', eventId);
    if (source === undefined) return this.view(definition, await this.findOfAnySource(pipeline, eventId));
    requireIdentityText('source', source);
    const row = await this.repository.findByResultId(resultIdOf(pipeline, { source, id: eventId }));
    if (row === null) throw notFound(pipeline, `the event ${quote(eventId)} of source ${quote(source)}`);
    return this.view(definition, row);
  }

  private async view(definition: PipelineDefinition, row: DecisionRow): Promise<DecisionView> {
    const [feedback, horizon] = [await this.feedback.of(row.resultId), await this.feedback.horizonOf(definition)];
    return decisionView(row, feedback, horizon);
  }

  private async findOfAnySource(pipeline: string, eventId: string): Promise<DecisionRow> {
    const [row, ...others] = await this.repository.findByEventId(pipeline, eventId, MAX_SOURCES);
    if (row === undefined) throw notFound(pipeline, `the event ${quote(eventId)} of any source`);
    if (others.length === 0) return row;
    const sources = [row, ...others].map(({ source }) => quote(source)).join(', ');
    const more = others.length + 1 === MAX_SOURCES ? ' and perhaps more' : '';
    throw new ConflictException(
      `Several sources have an event ${quote(eventId)}: ${sources}${more}. Say which one with ?source=.`,
    );
  }
}

/** Refuses what no event can be called, before PostgreSQL has to. */
function requireIdentityText(name: string, text: unknown): asserts text is string {
  const bytes = typeof text === 'string' ? Buffer.byteLength(text, 'utf8') : 0;
  if (typeof text === 'string' && bytes > 0 && bytes <= LIMITS.maxIdBytes && !text.includes('\u0000')) return;
  const got = typeof text === 'string' ? `${quote(text)} (${bytes} bytes)` : JSON.stringify(text);
  throw new BadRequestException(
    `${name} is ${got}, expected one text of 1 to ${LIMITS.maxIdBytes} bytes without NUL, percent-encoded as UTF-8.`,
  );
}

function notFound(pipeline: string, what: string): NotFoundException {
  return new NotFoundException(
    `There is no decision of ${what} in ${pipeline}. Check the id and its percent-encoding (a / is %2F); the event may still be ` +
      `on its way (see the lag of results), or lie in the topic ${pipeline}.dead-letters.v1 with the reason.`,
  );
}

const MAX_QUOTED = 200;

const quote = (text: string): string => JSON.stringify(text.slice(0, MAX_QUOTED));
