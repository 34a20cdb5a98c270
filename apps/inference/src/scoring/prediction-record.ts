import { CE_TYPE, HEADER, type ModelScore, predictionsTopic } from '@pitwall/contracts';
import { type Header, type Message, type OutboundRecord, textHeader } from '@pitwall/messaging';
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

  /**
   * The prediction of an event: its features message to the byte, with what the model answered at the end. Partition, key and
   * headers stay; the type and the trace context are the prediction's own. `inferenceMs` is of the run that the row was in.
   */
  record({ record, trace }: Message, score: number, inferenceMs: number): OutboundRecord {
    const elapsed = Math.round(inferenceMs * MICROSECONDS_PER_MS) / MICROSECONDS_PER_MS;
    return {
      topic: this.topic,
      partition: record.partition,
      key: record.key,
      value: this.extended(record.value as Buffer, `${score}}],"fallback":null,"inferenceMs":${elapsed}}`),
      headers: headersOf(record.headers, trace.send(this.topic)),
    };
  }

  /** `features`, a JSON object, with more members before its closing brace. `tail` is ASCII. */
  private extended(features: Buffer, tail: string): Buffer {
    const end = features.lastIndexOf(CLOSING_BRACE);
    const tailAt = end + this.beforeScore.length;
    const value = Buffer.allocUnsafe(tailAt + tail.length);
    features.copy(value, 0, 0, end);
    this.beforeScore.copy(value, end);
    value.write(tail, tailAt, 'latin1');
    return value;
  }
}

function headersOf(given: readonly Header[], traceparent: string): Header[] {
  const headers = given.map((header) => (header.name === HEADER.ceType ? TYPE_HEADER : header));
  const own = textHeader(HEADER.traceparent, traceparent);
  const at = headers.findIndex(({ name }) => name === HEADER.traceparent);
  if (at === -1) headers.push(own);
  else headers[at] = own;
  return headers;
}
