import {
  deadLetterSchema,
  deadLettersTopic,
  HEADER,
  type Hop,
  type OutcomeMessage,
  outcomeMessageSchema,
  outcomesTopic,
  parseOrigin,
  predictionMessageSchema,
  predictionsTopic,
  resultIdOf,
  resultMessageSchema,
  resultsTopic,
} from '@pitwall/contracts';
import type { InboundRecord } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { logBinOf } from '@pitwall/statistics';
import type { RecordTakers } from '../read-to-end.js';
import { modelKey, textOf } from '../record-parts.js';

/** Counts by `<kind> <first instant of the window> <what>`; only what is not zero. */
export type WindowNumbers = ReadonlyMap<string, number>;

/** What monitoring counts into windows, and the ids that it has to have counted. */
export interface OwnCounts {
  readonly numbers: WindowNumbers;
  /** By kind of record. */
  readonly ids: Readonly<Record<CountedKind, ReadonlySet<string>>>;
  /**
   * Kinds of which an id came on several partitions, as one that is used for two entities does. Partitions are read side by
   * side: which of the records counts then is anybody's guess, and only that one of them does is certain.
   */
  readonly spread: ReadonlySet<CountedKind>;
}

/** The kinds of records that monitoring counts. */
export const COUNTED_KINDS = ['prediction', 'result', 'outcome', 'dead-letter'] as const;
/** One of {@link COUNTED_KINDS}. */
export type CountedKind = (typeof COUNTED_KINDS)[number];

/** As many bins of equal width as scores are counted in. */
const SCORE_BINS = 20;

type Shape = Pick<PipelineDefinition, 'decision' | 'features' | 'monitoring' | 'name'>;

/** The key of a number. `from` is the first instant of the window, ms since the epoch. */
export function windowKey(kind: string, from: number, what: string): string {
  return `${kind} ${new Date(from).toISOString()} ${what}`;
}

/**
 * Counts the records that monitoring reads, each id once, by its own reckoning: from the topics and the definition, and with
 * none of monitoring's code.
 */
export class OwnWindows implements OwnCounts {
  readonly numbers = new Map<string, number>();
  readonly ids = perKind(() => new Set<string>());
  readonly spread = new Set<CountedKind>();
  readonly #partitions = perKind(() => new Map<string, number>());
  /** The label that counts, by result id. */
  readonly #labels = new Map<string, OutcomeMessage>();

  constructor(private readonly definition: Shape) {}

  /** Who takes which topic, for `readToEnd`. */
  takers(): RecordTakers {
    const { name } = this.definition;
    return {
      [predictionsTopic.name(name)]: (record) => this.#takePrediction(record),
      [resultsTopic.name(name)]: (record) => this.#takeResult(record),
      [outcomesTopic.name(name)]: (record) => this.#takeOutcome(record),
      [deadLettersTopic.name(name)]: (record) => this.#takeDeadLetter(record),
    };
  }

  #takePrediction(record: InboundRecord): void {
    const prediction = predictionMessageSchema.parse(JSON.parse(String(record.value)));
    if (this.#isCopy('prediction', resultIdOf(prediction.pipeline, prediction), record)) return;
    const add = this.#adder('prediction', Date.parse(prediction.eventTime));
    add('totals.predictions');
    if (prediction.late) add('totals.late');
    if (prediction.fallback !== null) add('totals.fallbacks');
    for (const { name } of this.definition.features)
      if ((prediction.features[name] ?? null) === null) add(`missing.${name}`);
    for (const { role, score } of prediction.scores)
      if (role === 'champion') add(`scores.${Math.min(SCORE_BINS - 1, Math.floor(score * SCORE_BINS))}`);
    const featuresAt = inputAppendedAt(record);
    add(hopOf('features', featuresAt - rawAppendedAt(record)));
    add(hopOf('predictions', record.appendedAt - featuresAt));
  }

  #takeResult(record: InboundRecord): void {
    const result = resultMessageSchema.parse(JSON.parse(String(record.value)));
    if (this.#isCopy('result', result.resultId, record)) return;
    const add = this.#adder('result', Date.parse(result.event.time));
    add('totals.results');
    add(`decisions.${result.decision}`);
    add(`performance.${modelKey(result.model)}.predictions`);
    add(`latencyMs.${logBinOf(record.appendedAt - rawAppendedAt(record))}`);
    add(hopOf('results', record.appendedAt - inputAppendedAt(record)));
  }

  #takeOutcome(record: InboundRecord): void {
    const outcome = outcomeMessageSchema.parse(JSON.parse(String(record.value)));
    if (this.#isCopy('outcome', outcome.outcomeId, record)) return;
    const add = this.#adder('outcome', Date.parse(outcome.event.time));
    add(hopOf('outcomes', record.appendedAt - inputAppendedAt(record)));
    const counted = this.#labels.get(outcome.resultId);
    if (counted !== undefined && !isBetter(outcome, counted)) return;
    if (counted !== undefined) this.#countLabel(counted, -1);
    this.#labels.set(outcome.resultId, outcome);
    this.#countLabel(outcome, 1);
  }

  #takeDeadLetter(record: InboundRecord): void {
    const header = record.headers.findLast(({ name }) => name === HEADER.deadLetter)?.value;
    const { deadLetterId, origin, reason } = deadLetterSchema.parse(JSON.parse(String(header)));
    if (this.#isCopy('dead-letter', deadLetterId, record)) return;
    this.#adder('dead-letter', Date.parse(origin.appendedAt))(`deadLetters.${reason}`);
  }

  #countLabel(outcome: OutcomeMessage, by: number): void {
    const isActed = outcome.decision === this.definition.decision.act;
    const cell = `${isActed === outcome.positive ? 'true' : 'false'}${isActed ? 'Positives' : 'Negatives'}`;
    this.#adder('outcome', Date.parse(outcome.event.time), by)(`performance.${modelKey(outcome.model)}.${cell}`);
  }

  #isCopy(kind: CountedKind, id: string, { partition }: InboundRecord): boolean {
    const first = this.#partitions[kind].get(id);
    if (first !== undefined && first !== partition) this.spread.add(kind);
    if (first !== undefined) return true;
    this.#partitions[kind].set(id, partition);
    this.ids[kind].add(id);
    return false;
  }

  #adder(kind: CountedKind, timeMs: number, by = 1): (what: string) => void {
    const { windowMs } = this.definition.monitoring;
    const from = Math.floor(timeMs / windowMs) * windowMs;
    return (what) => {
      const key = windowKey(kind, from, what);
      const sum = (this.numbers.get(key) ?? 0) + by;
      if (sum === 0) this.numbers.delete(key);
      else this.numbers.set(key, sum);
    };
  }
}

/** When the raw record was appended, milliseconds since the epoch. */
function rawAppendedAt({ headers }: InboundRecord): number {
  return parseOrigin(String(textOf(headers, HEADER.origin))).appendedAt;
}

/** When the record that this one was made from was appended: every derived message says so. */
function inputAppendedAt({ headers }: InboundRecord): number {
  return Number(textOf(headers, HEADER.inputAppendedAt) ?? Number.NaN);
}

function hopOf(hop: Hop, ms: number): string {
  return `hopLatencyMs.${hop}.${logBinOf(ms)}`;
}

/** The higher revision counts, of two sources at one revision the first by name. */
function isBetter(outcome: OutcomeMessage, counted: OutcomeMessage): boolean {
  if (outcome.revision !== counted.revision) return outcome.revision > counted.revision;
  return outcome.labelSource < counted.labelSource;
}

function perKind<T>(make: () => T): Record<CountedKind, T> {
  return { prediction: make(), result: make(), outcome: make(), 'dead-letter': make() };
}
