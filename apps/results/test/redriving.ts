import {
  HEADER,
  parseOrigin,
  type RedriveAnswer,
  redriveAnswerSchema,
  type RedriveView,
  redriveViewSchema,
} from '@pitwall/contracts';
import { headerOf, type InboundRecord } from '@pitwall/messaging';
import { eventually } from '@pitwall/testing';
import { aDeadLetter, type DeadLetterParts, letterIn } from './a-dead-letter.js';
import { ResultsInMemory } from './results-in-memory.js';

export const PIPELINE = 'flight-delay';

/** Who acts in these tests, and why. */
export const BY = { by: 'kay', why: 'the schema is right now' };

/** Dead letters of one test, with a place that no other test has. */
export interface KeptDeadLetters {
  readonly ids: readonly string[];
  readonly pointer: string;
  readonly fingerprint: string;
}

/** The results service, and what people do with its dead letters. */
export class Redriving {
  private lastOffset = 0;

  private constructor(readonly results: ResultsInMemory) {}

  static async start(): Promise<Redriving> {
    return new Redriving(await ResultsInMemory.start({ MAX_REDRIVES: '2', REDRIVE_LEASE_MS: '2000' }));
  }

  stop(): Promise<void> {
    return this.results.stop();
  }

  /** An offset that no other record has. */
  offset(): number {
    this.lastOffset += 1;
    return this.lastOffset;
  }

  /** Resolves when the service has kept them. */
  async kept(...parts: readonly DeadLetterParts[]): Promise<KeptDeadLetters> {
    const pointer = `/field_${this.offset()}_of_a_test`;
    const records = parts.map((one) => aDeadLetter({ pipeline: PIPELINE, offset: this.offset(), pointer, ...one }));
    const ids = records.map((record) => letterIn(record).deadLetterId);
    await this.results.send(records);
    const text = 'SELECT fingerprint FROM dead_letters WHERE dead_letter_id = ANY($1::uuid[])';
    const rows = await eventually(
      async () => {
        const found = await this.results.pool.query<{ fingerprint: string }>(text, [ids]);
        return found.rows.length === new Set(ids).size ? found.rows : null;
      },
      { what: 'the dead letters in PostgreSQL', timeoutMs: 30_000 },
    );
    return { ids, pointer, fingerprint: rows[0]?.fingerprint ?? '' };
  }

  async redrive(request: object): Promise<RedriveAnswer> {
    const { status, body } = await this.results.post('/redrives', { ...BY, ratePerSecond: 5_000, ...request });
    if (status !== 200) throw new Error(`Got ${status}: ${JSON.stringify(body)}`);
    return redriveAnswerSchema.parse(body);
  }

  /** Resolves when it has ended. */
  finished(redriveId: string): Promise<RedriveView> {
    return eventually(
      async () => {
        const view = redriveViewSchema.parse((await this.results.get(`/redrives/${redriveId}`)).body);
        return view.state === 'done' || view.state === 'cancelled' ? view : null;
      },
      { what: 'the end of the redrive', timeoutMs: 30_000 },
    );
  }

  async redriven(request: object): Promise<RedriveView> {
    const { redrive } = await this.redrive(request);
    if (redrive === null) throw new Error('There was nothing to redrive.');
    return this.finished(redrive.redriveId);
  }

  /** Records on the topic that redrives of these origins have put there. */
  sentTo(topic: string, offsets: readonly number[]): readonly InboundRecord[] {
    return this.results.broker.records(`${PIPELINE}.${topic}.v1`).filter((record) => {
      return attemptOf(record) !== undefined && offsets.includes(offsetOf(record));
    });
  }

  /** The identity of this dead letter is decided now. */
  async decide(deadLetterId: string | undefined): Promise<void> {
    const text = `
      INSERT INTO decisions (event_at, decided_at, origin_appended_at, origin_offset, origin_partition, late, result_id,
        pipeline, source, event_id, entity, decision, trace_id, origin_topic, origin_digest, prediction, published_key,
        published_headers, published_value, generation)
      SELECT now(), now(), now(), 0, 0, false, result_id, pipeline, 's', 'i', 'e', 'hold', '', 't', '', '{}', '', '[]', '',
        (SELECT max(starts_on) FROM generations WHERE family = 'decisions')
      FROM dead_letters WHERE dead_letter_id = $1`;
    await this.results.pool.query(text, [deadLetterId]);
  }
}

/** What the record says of how often it was redriven. */
export function attemptOf(record: Pick<InboundRecord, 'headers'> | undefined): string | undefined {
  return headerOf(record?.headers ?? [], HEADER.redriveAttempt)?.toString();
}

/** Offset of the raw record, by the header. */
export function offsetOf({ headers }: InboundRecord): number {
  return parseOrigin(String(headerOf(headers, HEADER.origin))).offset;
}
