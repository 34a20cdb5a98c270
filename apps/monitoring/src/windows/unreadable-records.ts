import { Inject, Injectable } from '@nestjs/common';
import { headerOf, parseJson, type InboundRecord } from '@pitwall/messaging';
import { LOGGER } from '@pitwall/runtime';
import { ATTR, counter, METRIC, type Logger } from '@pitwall/telemetry';
import type { z } from 'zod';

/**
 * Reads what the other services published. Monitoring writes no dead letters: what it cannot read is counted by a metric and
 * logged with its position, and the records around it are counted as always.
 */
@Injectable()
export class UnreadableRecords {
  private readonly unreadable = counter(METRIC.unreadableRecords);

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  /** The message in a record's value, or null. */
  parse<Schema extends z.ZodType>(schema: Schema, record: InboundRecord): z.output<Schema> | null {
    return this.read(schema, record, record.value);
  }

  /** The message in a record's header, or null. */
  parseHeader<Schema extends z.ZodType>(
    schema: Schema,
    record: InboundRecord,
    header: string,
  ): z.output<Schema> | null {
    return this.read(schema, record, headerOf(record.headers.toReversed(), header) ?? null);
  }

  private read<Schema extends z.ZodType>(
    schema: Schema,
    record: InboundRecord,
    bytes: Buffer | null,
  ): z.output<Schema> | null {
    const json = bytes === null ? { ok: false as const, message: 'There is nothing to read.' } : parseJson(bytes);
    if (!json.ok) return this.report(record, json.message);
    const parsed = schema.safeParse(json.value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    return this.report(record, `/${issue?.path.join('/')}: ${issue?.message}`);
  }

  private report(record: InboundRecord, problem: string): null {
    const { topic, partition, offset } = record;
    this.unreadable.add(1, { [ATTR.topic]: topic });
    this.logger.warn({ topic, partition, offset, problem }, 'a record does not match its contract and is not counted');
    return null;
  }
}
