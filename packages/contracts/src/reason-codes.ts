/** The stages of the event path that can dead-letter a record. */
export const STAGES = ['ingestion', 'inference', 'results'] as const;
/** One of {@link STAGES}. */
export type Stage = (typeof STAGES)[number];

/** What a reason code says about a record that could not be processed. */
export interface ReasonCodeInfo {
  readonly code: string;
  readonly stages: readonly Stage[];
  readonly meaning: string;
  /** Who can do something about it, and what. */
  readonly remedy: string;
  /**
   * There is nothing left to be done about such a dead letter: what it would have said was said before, and otherwise. It is
   * closed from the start.
   */
  readonly bornClosed?: true;
}

const PRODUCER = 'Correct the producer and publish the event again.';

/**
 * One reason code per cause. A dead letter carries exactly one of them; add a cause by adding a line here.
 */
export const REASON_CODE_LIST = [
  {
    code: 'empty_value',
    stages: ['ingestion'],
    meaning: 'The record has no value (a tombstone or zero bytes).',
    remedy: PRODUCER,
  },
  { code: 'too_large', stages: ['ingestion'], meaning: 'The value is larger than 256 KiB.', remedy: PRODUCER },
  { code: 'not_json', stages: ['ingestion'], meaning: 'The value is not UTF-8 encoded JSON.', remedy: PRODUCER },
  {
    code: 'json_too_deep',
    stages: ['ingestion'],
    meaning: 'Objects and arrays are nested more than 32 levels deep.',
    remedy: PRODUCER,
  },
  {
    code: 'json_too_many_keys',
    stages: ['ingestion'],
    meaning: 'The document has more than 10,000 keys and elements.',
    remedy: PRODUCER,
  },
  {
    code: 'json_forbidden_key',
    stages: ['ingestion'],
    meaning: 'An object has a key named __proto__ or constructor.',
    remedy: PRODUCER,
  },
  {
    code: 'text_not_storable',
    stages: ['ingestion'],
    meaning: 'A text holds NUL or a lone surrogate, which PostgreSQL cannot store.',
    remedy: PRODUCER,
  },
  {
    code: 'invalid_header',
    stages: ['ingestion'],
    meaning: 'A CloudEvents header is missing, repeated, empty or not UTF-8.',
    remedy: PRODUCER,
  },
  {
    code: 'unsupported_type',
    stages: ['ingestion'],
    meaning: 'The ce_type is not the one that the pipeline accepts.',
    remedy: PRODUCER,
  },
  {
    code: 'invalid_id',
    stages: ['ingestion'],
    meaning: 'The event id or source is not a text or whole number of 1 to 512 bytes.',
    remedy: PRODUCER,
  },
  {
    code: 'invalid_entity',
    stages: ['ingestion'],
    meaning: 'No entity (the message key) of 1 to 512 bytes can be found in the event.',
    remedy: PRODUCER,
  },
  {
    code: 'invalid_event_time',
    stages: ['ingestion'],
    meaning: 'The event time is missing or not an RFC 3339 time.',
    remedy: PRODUCER,
  },
  {
    code: 'schema_violation',
    stages: ['ingestion'],
    meaning: 'The event does not match event.schema.json; every violation is listed.',
    remedy: PRODUCER,
  },
  {
    code: 'rejected_by_rule',
    stages: ['ingestion'],
    meaning: 'A cleaning rule of the pipeline rejects the value.',
    remedy: 'Correct the producer, or relax the rule and redrive.',
  },
  {
    code: 'derived_too_large',
    stages: ['ingestion', 'inference', 'results'],
    meaning: 'A message made from this record would be larger than 1 MiB.',
    remedy: 'Make the event smaller.',
  },
  {
    code: 'crash_loop',
    stages: ['ingestion', 'inference', 'results'],
    meaning: 'The process died each time that it handled this record by itself.',
    remedy: 'Give the record to the developers; redrive after an upgrade.',
  },
  {
    code: 'unexpected_error',
    stages: ['ingestion', 'inference', 'results'],
    meaning: 'The service fails on this record alone, for 30 s, by an error that it does not know.',
    remedy: 'Give the message to the developers; redrive after an upgrade.',
  },
  {
    code: 'contract_violation',
    stages: ['inference', 'results'],
    meaning: 'A message on an internal topic does not match its contract.',
    remedy: 'Find out who else writes to this topic; redrive after an upgrade.',
  },
  {
    code: 'model_row_failed',
    stages: ['inference'],
    meaning: 'The model fails, crashes or exceeds its budget on this row alone.',
    remedy: 'Give the row to the owner of the model; redrive after a new version.',
  },
  {
    code: 'score_invalid',
    stages: ['inference'],
    meaning: 'The model answered a score that is not a number from 0 to 1.',
    remedy: 'Give the row to the owner of the model; redrive after a new version.',
  },
  {
    code: 'policy_failed',
    stages: ['results'],
    meaning: "The pipeline's decision policy fails on this prediction, for 30 s.",
    remedy: 'Correct the decision policy in the definition and redrive.',
  },
  {
    code: 'invalid_feedback',
    stages: ['results'],
    meaning:
      'A record on the feedback topic is not a label or action as the contract has them; every violation is listed.',
    remedy: 'Correct the sender of the feedback and send it again.',
  },
  {
    code: 'unknown_outcome',
    stages: ['results'],
    meaning: "A label is none of the outcomes that the pipeline's definition names.",
    remedy: 'Correct the sender of the feedback and send it again.',
  },
  {
    code: 'label_conflict',
    stages: ['results'],
    meaning: 'A label was given before by the same source with the same revision and another value.',
    remedy: 'Send a correction with a higher revision.',
    bornClosed: true,
  },
  {
    code: 'id_reused',
    stages: ['results'],
    meaning: 'The identity has been decided already from a record with other content.',
    remedy: 'Give each event an id of its own.',
    bornClosed: true,
  },
  {
    code: 'storage_conflict',
    stages: ['results'],
    meaning:
      'Other transactions are in the way of this row (SQLSTATE 40001, 40P01 or 55P03), for 30 s in which others went through.',
    remedy: 'Find out who else writes to these tables; redrive.',
  },
  {
    code: 'storage_refused',
    stages: ['results'],
    meaning: 'PostgreSQL refuses this row alone (class 22, 23 or 54).',
    remedy: 'Read the message, correct the producer or the definition, redrive.',
  },
] as const satisfies readonly ReasonCodeInfo[];

/** One of {@link REASON_CODES}. */
export type ReasonCode = (typeof REASON_CODE_LIST)[number]['code'];

/** What is known of a reason code. */
export function reasonInfo(code: ReasonCode): ReasonCodeInfo {
  return REASON_CODE_LIST.find((reason) => reason.code === code) as ReasonCodeInfo;
}

/** All reason codes, in the order of {@link REASON_CODE_LIST}. */
export const REASON_CODES = REASON_CODE_LIST.map((reason) => reason.code) as [ReasonCode, ...ReasonCode[]];
