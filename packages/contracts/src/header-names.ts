/** Kafka header names: CloudEvents 1.0 Kafka binding (binary mode), W3C trace context, and Pitwall's own. */
export const HEADER = {
  ceSpecVersion: 'ce_specversion',
  ceId: 'ce_id',
  ceSource: 'ce_source',
  ceType: 'ce_type',
  ceTime: 'ce_time',
  ceSubject: 'ce_subject',
  contentType: 'content-type',
  traceparent: 'traceparent',
  tracestate: 'tracestate',
  /** Position and content digest of the raw record, see {@link Origin}. */
  origin: 'pitwall-origin',
  /**
   * When the record that a message was made from was appended to its topic, milliseconds since the epoch: so that whoever reads
   * the message knows how long its last hop took. Copies of a result or outcome keep that of the first.
   */
  inputAppendedAt: 'pitwall-input-appended-at',
  /** How often the record was redriven, from 1 on; absent on a record that never was. With it `pitwall-origin` holds on any topic. */
  redriveAttempt: 'pitwall-redrive-attempt',
  /**
   * `1` on features and predictions of a raw record that was replayed: so that results notes that it has come to its end. Absent
   * on all others. What a producer writes there is not read.
   */
  replayed: 'pitwall-replayed',
  /** JSON of a {@link DeadLetter}; the last header of a record on a dead-letters topic. */
  deadLetter: 'pitwall-dead-letter',
} as const;

/** `content-type` of every JSON value that Pitwall writes. */
export const JSON_CONTENT_TYPE = 'application/json';
