/**
 * A service as small as it can be, for the specs of this folder to run as a process. Its handler is slow and says what it
 * does on stderr. `EXAMPLE_FAULT=rejection` leaves a rejection to nobody once it has started.
 *
 * Written without decorator syntax, so that Node runs it as it stands.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, HttpException, Inject, Module, Param } from '@nestjs/common';
import { eventsTopic, featuresTopic } from '@pitwall/contracts';
import { BatchHandler, done, type MessageBatch, type Outcome } from '@pitwall/messaging';
import { baseConfigShape, CONFIG, databaseConfigShape, durationMs, runService } from '@pitwall/runtime';
import { z } from 'zod';

const configSchema = z.object({
  ...baseConfigShape,
  ...databaseConfigShape,
  DATABASE_URL: databaseConfigShape.DATABASE_URL.optional(),
  EXAMPLE_DELAY_MS: durationMs({ min: 0, max: 10_000 }).default(0).describe('How long a batch takes'),
  EXAMPLE_FAULT: z.enum(['none', 'rejection']).default('none').describe('What goes wrong'),
});

class ExampleConsumer {
  private readonly delayMs: number;

  constructor(config: z.output<typeof configSchema>) {
    this.delayMs = config.EXAMPLE_DELAY_MS;
  }

  async handle({ pipeline, messages }: MessageBatch): Promise<readonly Outcome[]> {
    process.stderr.write(`begin ${messages.length}\n`);
    await sleep(this.delayMs);
    process.stderr.write(`end ${messages.length}\n`);
    return messages.map(({ record }) => done({ ...record, topic: featuresTopic.name(pipeline), headers: [] }));
  }

  find(id: string): object {
    if (id === 'teapot') throw new HttpException('short and stout', 418);
    return { id };
  }
}
Inject(CONFIG)(ExampleConsumer, undefined, 0);
BatchHandler(eventsTopic)(
  ExampleConsumer.prototype,
  'handle',
  Object.getOwnPropertyDescriptor(ExampleConsumer.prototype, 'handle') as TypedPropertyDescriptor<
    ExampleConsumer['handle']
  >,
);
Get(':id')(ExampleConsumer.prototype, 'find', Object.getOwnPropertyDescriptor(ExampleConsumer.prototype, 'find') ?? {});
Param('id')(ExampleConsumer.prototype, 'find', 0);
Controller('v1/things')(ExampleConsumer);

// oxlint-disable-next-line typescript/no-extraneous-class
class ExampleModule {}
Module({ controllers: [ExampleConsumer] })(ExampleModule);

await runService({
  name: 'example',
  version: '1.2.3',
  configSchema,
  module: ExampleModule,
  ...(process.env['DATABASE_URL'] === undefined
    ? {}
    : { database: { schema: 'example', entities: [], migrations: [] } }),
});
if (process.env['EXAMPLE_FAULT'] === 'rejection') void Promise.reject(new Error('left to nobody'));
