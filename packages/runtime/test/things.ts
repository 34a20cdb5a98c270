import { setTimeout as sleep } from 'node:timers/promises';
import {
  Body,
  ConflictException,
  Controller,
  Get,
  Inject,
  Module,
  type OnModuleDestroy,
  Param,
  Post,
  Query,
} from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { eventsTopic, featuresTopic } from '@pitwall/contracts';
import { BatchHandler, done, type MessageBatch, type Outcome } from '@pitwall/messaging';
import { z } from 'zod';
import { HEALTH, type HealthRegistry } from '../src/index.js';

/** What happened, in order; one per test. */
export const journal: string[] = [];

const thingSchema = z.object({ name: z.string().min(2), size: z.int().positive() });
const querySchema = z.object({ limit: z.coerce.number().int().max(10).default(5) });

/** A little of everything that a service does. */
@Controller('v1/things')
class ThingsController {
  constructor(@Inject(HEALTH) private readonly health: HealthRegistry) {}

  @Get()
  list(@Query({ schema: querySchema }) query: z.output<typeof querySchema>): object {
    return query;
  }

  @Get('trace')
  trace(): object {
    return { active: trace.getActiveSpan()?.spanContext() ?? null };
  }

  @Get('slow')
  async slow(): Promise<object> {
    journal.push('request begins');
    await sleep(300);
    journal.push('request ends');
    return { slow: true };
  }

  @Get('hang')
  hang(): object {
    this.health.register('hanging', () => new Promise(() => undefined));
    return {};
  }

  @Get(':id')
  find(@Param('id') id: string): object {
    if (id === 'conflict') throw new ConflictException('there are two of them');
    if (id === 'broken') throw new Error('the password is sesame');
    return { id };
  }

  @Post()
  make(@Body({ schema: thingSchema }) thing: z.output<typeof thingSchema>): object {
    return { ...thing, traceId: trace.getActiveSpan()?.spanContext().traceId };
  }
}

/** Takes 300 ms for a batch. */
@Controller()
class ThingsConsumer implements OnModuleDestroy {
  @BatchHandler(eventsTopic)
  async handle({ pipeline, messages }: MessageBatch): Promise<readonly Outcome[]> {
    journal.push('batch begins');
    await sleep(300);
    journal.push('batch ends');
    return messages.map(({ record }) => done({ ...record, topic: featuresTopic.name(pipeline), headers: [] }));
  }

  onModuleDestroy(): void {
    journal.push('module destroyed');
  }
}

/** The service of `service.int.spec.ts`. */
@Module({ controllers: [ThingsController, ThingsConsumer] })
export class ThingsModule {}
