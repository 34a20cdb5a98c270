import { feedbackMessageSchema } from '../messages/index.js';
import { DEAD_LETTER_OPERATIONS } from './dead-letter-operations.js';
import { decisionLookupRequestSchema, decisionLookupViewSchema } from './decision-lookup-view.js';
import { decisionViewSchema } from './decision-view.js';
import { decisionsViewSchema } from './decisions-view.js';
import { feedbackViewSchema } from './feedback-view.js';
import { type Operation, PIPELINE, query } from './operation.js';
import { retentionViewSchema } from './retention-view.js';
import { submissionViewSchema } from './submission-view.js';
import { windowsViewSchema } from './window-view.js';

const retentionOf = (service: 'results' | 'monitoring'): Operation => ({
  service,
  method: 'get',
  path: '/v1/pipelines/{pipeline}/retention',
  id: 'getRetention',
  summary: 'For how long what is kept and duplicates are recognised, and what is dropped next.',
  parameters: [PIPELINE],
  success: { status: 200, description: 'What is kept.', schema: retentionViewSchema },
  problems: { 404: 'No such pipeline here.', 503: 'PostgreSQL does not answer.' },
});

const SUBMISSION_PROBLEMS = {
  400: 'Not JSON, or not 1 to 1,000 of them.',
  404: 'No such pipeline here.',
  413: 'Larger than is taken.',
  415: 'Another media type.',
  422: 'Would be dead-lettered; every violation is listed and nothing was published.',
  429: 'Kafka is slower than the requests; see Retry-After.',
  503: 'Kafka has not acknowledged; repeat with the same ids.',
} as const;

/** Every operation of every service, besides `/livez`, `/readyz`, `/metrics` and `/openapi.json`. Add one by one entry. */
export const OPERATIONS: readonly Operation[] = [
  {
    service: 'ingestion',
    method: 'post',
    path: '/v1/pipelines/{pipeline}/events',
    id: 'publishEvents',
    summary: 'Publishes one event or up to 1,000: all of them or none. An event without an id is given one.',
    parameters: [PIPELINE],
    body: {
      types: ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'],
      schema: null,
      holds: 'several',
    },
    success: { status: 202, description: 'Kafka has acknowledged every event.', schema: submissionViewSchema },
    problems: SUBMISSION_PROBLEMS,
  },
  {
    service: 'results',
    method: 'get',
    path: '/v1/pipelines/{pipeline}/decisions/{eventId}',
    id: 'getDecision',
    summary: 'All that is known of one decision.',
    parameters: [
      PIPELINE,
      { name: 'eventId', in: 'path', description: 'Event id, percent-encoded.' },
      query('source', 'Source of the event; needed where several sources have the id.'),
    ],
    success: { status: 200, description: 'The decision.', schema: decisionViewSchema },
    problems: { 400: 'A parameter is not valid.', 404: 'No such decision.', 409: 'Several sources have this id.' },
  },
  {
    service: 'results',
    method: 'get',
    path: '/v1/pipelines/{pipeline}/decisions',
    id: 'listDecisions',
    summary: 'Decisions, newest first by event time.',
    parameters: [
      PIPELINE,
      query('entity', 'Only those of this entity.'),
      query('from', 'First event time that is wanted, RFC 3339.'),
      query('to', 'First event time that is not wanted any more, RFC 3339.'),
      query('decision', 'Only those that were decided so.'),
      query('cursor', 'The nextCursor of the page before.'),
      query('limit', 'At most so many decisions; 50 when not given, at most 500.'),
    ],
    success: { status: 200, description: 'A page of decisions.', schema: decisionsViewSchema },
    problems: { 400: 'A parameter is not valid; each is listed.', 404: 'No such pipeline here.' },
  },
  {
    service: 'results',
    method: 'post',
    path: '/v1/pipelines/{pipeline}/decision-lookups',
    id: 'lookUpDecisions',
    summary: 'Which of up to 1,000 events are decided, and from which raw records.',
    parameters: [PIPELINE],
    body: { types: ['application/json'], schema: decisionLookupRequestSchema, holds: 'one' },
    success: { status: 200, description: 'One entry per event, in its order.', schema: decisionLookupViewSchema },
    problems: {
      400: 'The body is not valid; each is listed.',
      404: 'No such pipeline here.',
      415: 'Another media type.',
    },
  },
  {
    service: 'results',
    method: 'post',
    path: '/v1/pipelines/{pipeline}/feedback',
    id: 'publishFeedback',
    summary: 'Publishes one label or action or up to 1,000: all of them or none.',
    parameters: [PIPELINE],
    body: { types: ['application/json'], schema: feedbackMessageSchema, holds: 'several' },
    success: { status: 202, description: 'Kafka has acknowledged all feedback.', schema: feedbackViewSchema },
    problems: SUBMISSION_PROBLEMS,
  },
  ...DEAD_LETTER_OPERATIONS,
  retentionOf('results'),
  retentionOf('monitoring'),
  {
    service: 'monitoring',
    method: 'get',
    path: '/v1/pipelines/{pipeline}/windows',
    id: 'getWindows',
    summary: 'Quality, decisions, latency and performance per event-time window.',
    parameters: [
      PIPELINE,
      query('from', 'First window that is wanted, RFC 3339.'),
      query('to', 'First window that is not wanted any more, RFC 3339.'),
      query('limit', 'At most so many windows, the newest of the range; 48 when not given, at most 1,000.'),
    ],
    success: { status: 200, description: 'The windows, oldest first.', schema: windowsViewSchema },
    problems: { 400: 'A parameter is not valid.', 404: 'No such pipeline here.' },
  },
];
