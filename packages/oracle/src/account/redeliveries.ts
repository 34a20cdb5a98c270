import {
  deadLetterSchema,
  deadLettersTopic,
  featuresTopic,
  HEADER,
  predictionsTopic,
  resultsTopic,
} from '@pitwall/contracts';
import type { InboundRecord } from '@pitwall/messaging';
import type { RecordTakers } from '../read-to-end.js';
import { textOf } from '../record-parts.js';

/** Topics on which a raw record has at most one record, unless something was done again. */
const DERIVED = [featuresTopic, predictionsTopic, resultsTopic] as const;

const deadLetterId = deadLetterSchema.pick({ deadLetterId: true });

/** Counts records that say the same as an earlier one of their topic: what was done again after a fault. */
export class Redeliveries {
  readonly #seen = new Set<string>();
  readonly #counts = new Map<string, number>([...DERIVED, deadLettersTopic].map(({ kind }) => [kind, 0]));

  /** Copies by kind of topic. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** Who takes which topic, for `readToEnd`. */
  takers(pipeline: string): RecordTakers {
    const takers = DERIVED.map((topic) => [
      topic.name(pipeline),
      (record: InboundRecord): void => this.#take(topic.kind, originAndAttempt(record)),
    ]);
    const takeDeadLetter = (record: InboundRecord): void => this.#take(deadLettersTopic.kind, idOfDeadLetter(record));
    return { ...Object.fromEntries(takers), [deadLettersTopic.name(pipeline)]: takeDeadLetter };
  }

  #take(kind: string, name: string): void {
    const key = `${kind} ${name}`;
    if (this.#seen.has(key)) this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    else this.#seen.add(key);
  }
}

function originAndAttempt({ headers }: InboundRecord): string {
  return `${textOf(headers, HEADER.origin)} ${textOf(headers, HEADER.redriveAttempt) ?? 0}`;
}

function idOfDeadLetter({ headers }: InboundRecord): string {
  const header = headers.findLast(({ name }) => name === HEADER.deadLetter)?.value;
  return deadLetterId.parse(JSON.parse(String(header))).deadLetterId;
}
