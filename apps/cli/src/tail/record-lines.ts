import {
  type DeadLetter,
  deadLetterSchema,
  deadLettersTopic,
  deploymentMessageSchema,
  deploymentsTopic,
  eventsTopic,
  featuresMessageSchema,
  featuresTopic,
  feedbackMessageSchema,
  feedbackTopic,
  HEADER,
  type ModelReference,
  outcomeMessageSchema,
  outcomesTopic,
  predictionMessageSchema,
  predictionsTopic,
  resultMessageSchema,
  resultsTopic,
  type TopicSpec,
} from '@pitwall/contracts';
import { type InboundRecord, parseJson } from '@pitwall/messaging';
import type { z } from 'zod';
import { printable } from '../output/words.js';

/** What is said of a record of one kind of topic, besides where it stands and its key. */
interface RecordDescriber {
  readonly topic: TopicSpec;
  /** Null where the record is not what the topic should hold. */
  readonly describe: (record: InboundRecord) => readonly string[] | null;
}

/** Widths of the columns that all lines have, so that they stand below each other. */
const WIDTH = { position: 9, key: 8, id: 27, decision: 9 } as const;
const PREVIEW_CHARACTERS = 160;
const SCORE_DIGITS = 4;

/** Every kind of topic. Add one by one entry. */
export const DESCRIBERS: readonly RecordDescriber[] = [
  { topic: eventsTopic, describe: (record) => [id(headerText(record, HEADER.ceId)), preview(record.value)] },
  {
    topic: featuresTopic,
    describe: by(featuresMessageSchema, (features) => [
      id(features.id),
      features.eventTime,
      ...(features.late ? ['late'] : []),
      ...(features.future ? ['future'] : []),
      ...features.notes.map(({ field, kind }) => `${printable(field)} ${kind}`),
    ]),
  },
  {
    topic: predictionsTopic,
    describe: by(predictionMessageSchema, ({ id: eventId, scores, fallback }) => [
      id(eventId),
      ...scores.map(({ role, score, ...model }) => `${role} ${nameOf(model)} ${score.toFixed(SCORE_DIGITS)}`),
      ...(fallback === null ? [] : [`fallback: ${printable(fallback)}`]),
    ]),
  },
  {
    topic: resultsTopic,
    describe: by(resultMessageSchema, ({ event, decision, score, threshold, model, fallback, late }) => [
      id(event.id),
      printable(decision).padEnd(WIDTH.decision),
      score === null
        ? `fallback: ${printable(fallback ?? '')}`
        : `${score.toFixed(SCORE_DIGITS)} of ${threshold.toFixed(SCORE_DIGITS)}`,
      ...(model === null ? [] : [printable(`${model.name}@${model.version}`)]),
      ...(late ? ['late'] : []),
    ]),
  },
  {
    topic: feedbackTopic,
    describe: by(feedbackMessageSchema, (feedback) => [
      id(feedback.id),
      ...(feedback.kind === 'label'
        ? [
            `label ${printable(String(feedback.label))}`,
            `${printable(feedback.labelSource)} revision ${feedback.revision}`,
          ]
        : [feedback.action, ...(feedback.by === undefined ? [] : [`by ${printable(feedback.by)}`])]),
    ]),
  },
  {
    topic: outcomesTopic,
    describe: by(outcomeMessageSchema, ({ event, decision, label, correct, value, labelSource, revision }) => [
      id(event.id),
      printable(decision).padEnd(WIDTH.decision),
      `${correct ? 'correct' : 'wrong  '} ${printable(label)}`,
      `${value.amount.toFixed(2)} ${value.currency}`,
      `${printable(labelSource)} revision ${revision}`,
    ]),
  },
  {
    topic: deadLettersTopic,
    describe: (record) => {
      const letter = deadLetterOf(record);
      if (letter === null) return null;
      const { identity, stage, reason, message, origin, redriveAttempt } = letter;
      return [
        id(identity?.id ?? `${origin.partition}:${origin.offset} of ${origin.topic}`),
        `${stage} ${reason}`,
        ...(redriveAttempt === 0 ? [] : [`redriven ${redriveAttempt} times`]),
        printable(message),
      ];
    },
  },
  {
    topic: deploymentsTopic,
    describe: by(deploymentMessageSchema, ({ revision, champion, announcedBy }) => [
      `revision ${revision}`,
      `champion ${nameOf(champion)}`,
      `by ${printable(announcedBy)}`,
    ]),
  },
];

/** One line for a record, aligned with the others of its kind. */
export function lineOf(record: InboundRecord, describer: RecordDescriber, label = ''): string {
  const { partition, offset, appendedAt, key, value } = record;
  const place = `${partition}:${offset}`.padStart(WIDTH.position);
  const said = describer.describe(record) ?? ['not readable:', preview(value)];
  const columns = [
    new Date(appendedAt).toISOString(),
    ...(label === '' ? [] : [label]),
    place,
    (key === null ? '-' : printable(key.toString('utf8'))).padEnd(WIDTH.key),
    ...said,
  ];
  return columns.join('  ').trimEnd();
}

/** What is said in the last header of a dead letter; null where there is no such header, or another thing in it. */
export function deadLetterOf({ headers }: InboundRecord): DeadLetter | null {
  const header = headers.findLast(({ name }) => name === HEADER.deadLetter)?.value;
  if (header == null) return null;
  return valueOf(header, deadLetterSchema);
}

function by<Value>(schema: z.ZodType<Value>, describe: (value: Value) => readonly string[]) {
  return ({ value }: InboundRecord): readonly string[] | null => {
    const parsed = value === null ? null : valueOf(value, schema);
    return parsed === null ? null : describe(parsed);
  };
}

function valueOf<Value>(bytes: Buffer, schema: z.ZodType<Value>): Value | null {
  const json = parseJson(bytes);
  const parsed = json.ok ? schema.safeParse(json.value) : null;
  return parsed?.success === true ? parsed.data : null;
}

function id(text: string | null): string {
  return printable(text ?? '-').padEnd(WIDTH.id);
}

function nameOf({ model, version }: Pick<ModelReference, 'model' | 'version'>): string {
  return printable(`${model}@${version}`);
}

function headerText({ headers }: InboundRecord, name: string): string | null {
  return headers.find((header) => header.name === name)?.value?.toString('utf8') ?? null;
}

function preview(value: Buffer | null): string {
  return value === null ? '(no value)' : printable(value.toString('utf8'), PREVIEW_CHARACTERS);
}
