import type { z } from 'zod';
import {
  deadLetterEditRequestSchema,
  deadLetterEditSchema,
  deadLetterGroupsViewSchema,
  deadLettersViewSchema,
  deadLetterViewSchema,
  discardRequestSchema,
  discardViewSchema,
} from './dead-letter-view.js';
import { type Operation, type OperationBody, PIPELINE, query } from './operation.js';
import { redriveAnswerSchema, redriveRequestSchema, redrivesViewSchema, redriveViewSchema } from './redrive-view.js';

const PATH = '/v1/pipelines/{pipeline}';
const FILTER = [
  query('reason', 'Only those with this reason code.'),
  query('stage', 'Only those of this stage.'),
  query('fingerprint', 'Only those of this group.'),
  query('from', 'First time of death that is wanted, RFC 3339.'),
  query('to', 'First time of death that is not wanted any more, RFC 3339.'),
] as const;
const STATE = query('state', 'Only those that are open, or closed.');
const DEAD_LETTER_ID = { name: 'deadLetterId', in: 'path', description: 'Id of the dead letter.' } as const;
const REDRIVE_ID = { name: 'redriveId', in: 'path', description: 'Id of the redrive.' } as const;

const INVALID = { 400: 'A parameter or field is not valid; each is listed.', 404: 'No such pipeline here.' } as const;
const TOO_MANY = { ...INVALID, 422: 'There are too many to be looked at in one go; choose fewer.' } as const;
const json = (schema: z.ZodType): OperationBody => ({ types: ['application/json'], schema, holds: 'one' });

/** What can be done with dead letters. */
export const DEAD_LETTER_OPERATIONS: readonly Operation[] = [
  {
    service: 'results',
    method: 'get',
    path: `${PATH}/dead-letters`,
    id: 'listDeadLetters',
    summary: 'Dead letters, the last first.',
    parameters: [
      PIPELINE,
      ...FILTER,
      STATE,
      query('cursor', 'The nextCursor of the page before.'),
      query('limit', 'At most so many; 50 when not given, at most 500.'),
    ],
    success: { status: 200, description: 'A page of dead letters.', schema: deadLettersViewSchema },
    problems: TOO_MANY,
  },
  {
    service: 'results',
    method: 'get',
    path: `${PATH}/dead-letters/{deadLetterId}`,
    id: 'getDeadLetter',
    summary: 'All that is known of one dead letter, with the record as it was.',
    parameters: [PIPELINE, DEAD_LETTER_ID],
    success: { status: 200, description: 'The dead letter.', schema: deadLetterViewSchema },
    problems: { ...INVALID, 404: 'No such dead letter.' },
  },
  {
    service: 'results',
    method: 'get',
    path: `${PATH}/dead-letter-groups`,
    id: 'groupDeadLetters',
    summary: 'Dead letters counted by stage, reason and place.',
    parameters: [PIPELINE, ...FILTER, STATE],
    success: { status: 200, description: 'The groups.', schema: deadLetterGroupsViewSchema },
    problems: TOO_MANY,
  },
  {
    service: 'results',
    method: 'post',
    path: `${PATH}/dead-letters/{deadLetterId}/edits`,
    id: 'editDeadLetter',
    summary: 'Edits the payload of one dead letter: the next redrive sends it so; the original stays.',
    parameters: [PIPELINE, DEAD_LETTER_ID],
    body: json(deadLetterEditRequestSchema),
    success: { status: 201, description: 'The edit is kept.', schema: deadLetterEditSchema },
    problems: {
      ...INVALID,
      404: 'No such dead letter.',
      409: 'It is closed, or a redrive has sent it already.',
      413: 'Larger than a record of its topic may be.',
    },
  },
  {
    service: 'results',
    method: 'post',
    path: `${PATH}/discards`,
    id: 'discardDeadLetters',
    summary: 'Closes open dead letters about which nothing is to be done.',
    parameters: [PIPELINE],
    body: json(discardRequestSchema),
    success: { status: 200, description: 'They are closed, or would be.', schema: discardViewSchema },
    problems: TOO_MANY,
  },
  {
    service: 'results',
    method: 'post',
    path: `${PATH}/redrives`,
    id: 'redriveDeadLetters',
    summary: 'Gives dead letters back to the topics that their stages read; a dry run only counts.',
    parameters: [PIPELINE],
    body: json(redriveRequestSchema),
    success: {
      status: 200,
      description: 'What goes where; unless it was a dry run it is on its way, also if this service is killed.',
      schema: redriveAnswerSchema,
    },
    problems: { ...TOO_MANY, 422: 'More than 100,000 records would be sent, or there are too many to choose from.' },
  },
  {
    service: 'results',
    method: 'get',
    path: `${PATH}/redrives`,
    id: 'listRedrives',
    summary: 'The last redrives.',
    parameters: [PIPELINE],
    success: { status: 200, description: 'The redrives, newest first.', schema: redrivesViewSchema },
    problems: INVALID,
  },
  {
    service: 'results',
    method: 'get',
    path: `${PATH}/redrives/{redriveId}`,
    id: 'getRedrive',
    summary: 'How far a redrive is, and what became of its records.',
    parameters: [PIPELINE, REDRIVE_ID],
    success: { status: 200, description: 'The redrive.', schema: redriveViewSchema },
    problems: { ...INVALID, 404: 'No such redrive.' },
  },
  {
    service: 'results',
    method: 'post',
    path: `${PATH}/redrives/{redriveId}/{action}`,
    id: 'steerRedrive',
    summary: 'Pauses, resumes or cancels a redrive.',
    parameters: [PIPELINE, REDRIVE_ID, { name: 'action', in: 'path', description: 'pause, resume or cancel.' }],
    success: { status: 200, description: 'The redrive as it is now.', schema: redriveViewSchema },
    problems: { ...INVALID, 404: 'No such redrive.', 409: 'It has ended already.' },
  },
];
