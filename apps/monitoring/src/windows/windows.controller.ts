import { BadRequestException, Controller, Get, Inject, NotFoundException, Param, Query } from '@nestjs/common';
import type { WindowsView } from '@pitwall/contracts';
import { parseEventTime, type PipelineDefinition } from '@pitwall/pipeline';
import { PIPELINES } from '@pitwall/runtime';
import { deadLetterViews, windowViews } from './windows-view.js';
import { WindowsRepository, type WindowRange } from './windows.repository.js';

const DEFAULT_LIMIT = 48;
const MAX_LIMIT = 1_000;

interface WindowsQuery {
  readonly from?: string;
  readonly to?: string;
  readonly limit?: string;
}

/** `GET /v1/pipelines/:pipeline/windows?from=&to=&limit=`: the newest windows of a range, oldest first. */
@Controller('v1/pipelines/:pipeline/windows')
export class WindowsController {
  constructor(
    @Inject(PIPELINES) private readonly pipelines: readonly PipelineDefinition[],
    private readonly repository: WindowsRepository,
  ) {}

  @Get()
  async list(@Param('pipeline') name: string, @Query() query: WindowsQuery): Promise<WindowsView> {
    const pipeline = this.pipelines.find((candidate) => candidate.name === name);
    if (pipeline === undefined) {
      const known = this.pipelines.map((candidate) => candidate.name).join(', ');
      throw new NotFoundException(`There is no pipeline ${JSON.stringify(name)} here; there is: ${known}.`);
    }
    const range = rangeOf(query);
    const [windows, deadLetters] = await Promise.all([
      this.repository.read(name, ['prediction', 'result', 'outcome'], range),
      this.repository.read(name, ['dead-letter'], { from: null, to: null, limit: range.limit }),
    ]);
    const shape = {
      pipeline: name,
      windowMs: pipeline.monitoring.windowMs,
      features: pipeline.features,
      currency: pipeline.decision.currency,
    };
    return {
      pipeline: name,
      windowMs: shape.windowMs,
      windows: windowViews(windows, shape),
      deadLetters: deadLetterViews(deadLetters, shape),
    };
  }
}

function rangeOf(query: WindowsQuery): WindowRange {
  const limit = query.limit === undefined ? DEFAULT_LIMIT : Number(query.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new BadRequestException(
      `limit is ${JSON.stringify(query.limit)}, expected a whole number from 1 to ${MAX_LIMIT}.`,
    );
  }
  return { from: timeOf('from', query.from), to: timeOf('to', query.to), limit };
}

function timeOf(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const time = parseEventTime(text);
  if (time === undefined) {
    throw new BadRequestException(
      `${name} is ${JSON.stringify(text.slice(0, 100))}, expected an RFC 3339 time such as 2013-04-01T00:00:00Z.`,
    );
  }
  return time;
}
