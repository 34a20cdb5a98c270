import { CE_TYPE, HEADER, type ModelScore, predictionsTopic } from '@pitwall/contracts';
import { type Header, inputAppendedAtHeader, type Message, type OutboundRecord, textHeader } from '@pitwall/messaging';
import type { ServedModel } from '../model-pool/served-model.js';

const TYPE_HEADER = textHeader(HEADER.ceType, CE_TYPE.prediction);
const CLOSING_BRACE = '}'.charCodeAt(0);
const MICROSECONDS_PER_MS = 1_000;

/** Writes the predictions of one model version. */
export class PredictionWriter {
  private readonly topic: string;
  /** All of a prediction that comes after the features and before the score. */
  private readonly beforeScore: Buffer;

  constructor(pipeline: string, model: Pick<ServedModel, 'name' | 'version' | 'digest'>) {
    this.topic = predictionsTopic.name(pipeline);
    const champion: Omit<ModelScore, 'score'> = {
      role: 'champion',
      model: model.name,
      version: model.version,
      digest: model.digest,
    };
    this.beforeScore = Buffer.from(`,"scores":[${JSON.stringify(champion).slice(0, -1)},"score":`);
  }

  /** The prediction of an event. `inferenceMs` is of the run that the row was in. */
  record(message: Message, score: number, inferenceMs: number): OutboundRecord {
    const elapsed = Math.round(inferenceMs * MICROSECONDS_PER_MS) / MICROSECONDS_PER_MS;
    const end = `${score}}],"fallback":null,"inferenceMs":${elapsed}}`;
    return outbound(this.topic, message, extended(message.record.value as Buffer, this.beforeScore, end));
  }
}

/** Writes predictions without a score, for the fallback decision to be taken. */
export class FallbackWriter {
  private readonly topic: string;
  private readonly afterFeatures: Buffer;

  /** `why` is short. */
  constructor(pipeline: string, why: string) {
    this.topic = predictionsTopic.name(pipeline);
    this.afterFeatures = Buffer.from(`,"scores":[],"fallback":${JSON.stringify(why)},"inferenceMs":0}`);
  }

  /** The prediction of an event. */
  record(message: Message): OutboundRecord {
    return outbound(this.topic, message, extended(message.record.value as Buffer, this.afterFeatures, ''));
  }
}

/**
 * Partition, key and headers stay those of the features; the type, the trace context and when the record it is made from was
 * appended are the prediction's own.
 */
function outbound(topic: string, { record, trace }: Message, value: Buffer): OutboundRecord {
  const { partition, key, appendedAt } = record;
  const headers = keptHeaders(record.headers);
  headers.push(inputAppendedAtHeader(appendedAt), textHeader(HEADER.traceparent, trace.send(topic)));
  return { topic, partition, key, value, headers };
}

/** `features`, a JSON object, to the byte, with more members before its closing brace. `tail` is ASCII. */
function extended(features: Buffer, members: Buffer, tail: string): Buffer {
  const end = features.lastIndexOf(CLOSING_BRACE);
  const tailAt = end + members.length;
  const value = Buffer.allocUnsafe(tailAt + tail.length);
  features.copy(value, 0, 0, end);
  members.copy(value, end);
  value.write(tail, tailAt, 'latin1');
  return value;
}

function keptHeaders(given: readonly Header[]): Header[] {
  const kept: Header[] = [];
  for (const header of given) {
    if (header.name === HEADER.ceType) kept.push(TYPE_HEADER);
    else if (header.name !== HEADER.traceparent && header.name !== HEADER.inputAppendedAt) kept.push(header);
  }
  return kept;
}
