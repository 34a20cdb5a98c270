import { HEADER, JSON_CONTENT_TYPE } from '../header-names.js';
import { jsonSchemaOf } from '../json-schema.js';
import { CE_TYPE, type MessageContract, MESSAGES } from '../messages/index.js';
import { type TopicSpec, TOPICS } from '../topics/index.js';

type Json = Readonly<Record<string, unknown>>;

const PIPELINE_PARAMETER = '{pipeline}';

/**
 * The AsyncAPI 3.0 document of every topic: what a client in any language needs to publish events and feedback and to read
 * results. Kept as `docs/asyncapi.json`; a spec holds the two together.
 */
export function asyncApiDocument(): Json {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Pitwall',
      version: '1.0.0',
      description:
        'Machine-learning decisions on event streams. Delivery is at least once; every copy of a result or outcome has the same id and bytes. Messages of one entity keep their order.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: JSON_CONTENT_TYPE,
    channels: Object.fromEntries(TOPICS.map((topic) => [topic.kind, channelOf(topic)])),
    operations: Object.fromEntries(TOPICS.flatMap(operationsOf)),
    components: {
      messages: Object.fromEntries([
        ...MESSAGES.map((message) => [message.name, messageOf(message)]),
        ['event', EVENT],
      ]),
      schemas: Object.fromEntries(MESSAGES.map((message) => [message.name, embedded(jsonSchemaOf(message))])),
    },
  };
}

function channelOf(topic: TopicSpec): Json {
  const isOfPipeline = topic.scope === 'pipeline';
  return {
    address: topic.name(PIPELINE_PARAMETER),
    title: topic.kind,
    description: `${topic.description} Written by ${topic.writtenBy}; the key is the ${topic.key}.`,
    messages: { [messageName(topic)]: { $ref: `#/components/messages/${messageName(topic)}` } },
    ...(isOfPipeline
      ? { parameters: { pipeline: { description: 'Name of the pipeline.', examples: ['flight-delay'] } } }
      : {}),
    bindings: { kafka: kafkaBinding(topic) },
  };
}

function kafkaBinding(topic: TopicSpec): Json {
  return {
    ...(typeof topic.partitions === 'number' ? { partitions: topic.partitions } : {}),
    topicConfiguration: {
      'cleanup.policy': [topic.cleanup],
      'retention.ms': topic.retentionMs,
      'retention.bytes': topic.retentionBytes,
      'max.message.bytes': topic.maxMessageBytes,
    },
    bindingVersion: '0.5.0',
  };
}

/** What others do with a topic: they write what producers write, and may read all the rest. */
function operationsOf(topic: TopicSpec): [string, Json][] {
  const action = topic.writtenBy === 'producer' ? 'receive' : 'send';
  const summary =
    action === 'receive' ? `Pitwall reads ${topic.kind} of any producer.` : `Pitwall writes ${topic.kind}.`;
  const channel = { $ref: `#/channels/${topic.kind}` };
  const messages = [{ $ref: `#/channels/${topic.kind}/messages/${messageName(topic)}` }];
  return [[`${action}-${topic.kind}`, { action, channel, summary, messages }]];
}

function messageName(topic: TopicSpec): string {
  return topic.message ?? 'event';
}

function messageOf(contract: MessageContract): Json {
  const schema = { $ref: `#/components/schemas/${contract.name}` };
  if (contract.name === 'dead-letter') return { ...DEAD_LETTER, headers: deadLetterHeaders() };
  return {
    name: contract.name,
    title: contract.name,
    contentType: JSON_CONTENT_TYPE,
    headers: cloudEventHeaders(contract),
    payload: schema,
  };
}

const text = (description: string): Json => ({ type: 'string', description });

function cloudEventHeaders(contract: MessageContract): Json {
  const type = (CE_TYPE as Readonly<Record<string, string>>)[contract.name];
  return {
    type: 'object',
    properties: {
      [HEADER.ceSpecVersion]: { const: '1.0' },
      [HEADER.ceType]: { const: type },
      [HEADER.ceSource]: text('CloudEvents source.'),
      [HEADER.ceId]: text('CloudEvents id.'),
      [HEADER.ceTime]: text('RFC 3339.'),
      [HEADER.ceSubject]: text('The entity.'),
      [HEADER.traceparent]: text('W3C trace context of the event.'),
      ...(isDerived(contract) ? DERIVED_HEADERS : {}),
    },
  };
}

/** Made by a service from another record. */
function isDerived(contract: MessageContract): boolean {
  const writers = TOPICS.filter(({ message }) => message === contract.name).map(({ writtenBy }) => writtenBy);
  return !writers.includes('producer') && !writers.includes('provision');
}

const DERIVED_HEADERS: Json = {
  [HEADER.origin]: text('Position and digest of the raw record: "topic partition offset appendedAt sha256".'),
  [HEADER.inputAppendedAt]: text(
    'When the record that this one was made from was appended to its topic, milliseconds since 1970.',
  ),
  [HEADER.redriveAttempt]: text(
    'On features and predictions: how often the record was redriven; absent where it never was.',
  ),
  [HEADER.replayed]: text('On features and predictions: 1 where the raw record was replayed; absent where it was not.'),
};

const EVENT: Json = {
  name: 'event',
  title: 'raw event',
  summary:
    'CloudEvents 1.0 in binary or structured mode, or plain JSON; the data by event.schema.json of the pipeline.',
  contentType: JSON_CONTENT_TYPE,
  headers: {
    type: 'object',
    properties: {
      [HEADER.ceId]: text('Binary mode: the event id, unique within its source.'),
      [HEADER.ceSource]: text('Binary mode: the source.'),
      [HEADER.ceType]: text('Binary mode: the type that the pipeline accepts.'),
      [HEADER.ceTime]: text('Binary mode: the event time, RFC 3339.'),
      [HEADER.ceSpecVersion]: text('Binary mode: 1.0.'),
      [HEADER.traceparent]: text("W3C trace context: the parent of the event's spans."),
    },
  },
  payload: { type: 'object' },
};

const DEAD_LETTER: Json = {
  name: 'dead-letter',
  title: 'dead letter',
  summary:
    'Key, value and headers of the original record, untouched; why it could not be processed is in the last header.',
  payload: { description: "The original record's value: any bytes." },
};

function deadLetterHeaders(): Json {
  const description = 'JSON by the schema dead-letter of this document; the last header of this name holds.';
  return { type: 'object', properties: { [HEADER.deadLetter]: text(description) }, required: [HEADER.deadLetter] };
}

/** A schema as a part of the document: what names it as a document of its own is left out. */
function embedded({ $schema: _schema, $id: _id, ...schema }: Json): Json {
  return schema;
}
