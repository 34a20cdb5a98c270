import { z } from 'zod';
import type { Operation, OperationBody } from '../http/operation.js';
import { OPERATIONS } from '../http/operations.js';
import { problemSchema } from '../http/problem.js';

type Json = Readonly<Record<string, unknown>>;

const HEALTH_SCHEMA: Json = { type: 'object', description: 'Each check with its state and reason.' };

/** The OpenAPI 3.1 document of a service: what its `/openapi.json` answers. Made from {@link OPERATIONS}. */
export function openApiDocument(service: { readonly name: string; readonly version: string }): Json {
  const operations = OPERATIONS.filter((operation) => operation.service === service.name);
  const paths: Record<string, Record<string, Json>> = { ...COMMON_PATHS };
  for (const operation of operations) (paths[operation.path] ??= {})[operation.method] = operationOf(operation);
  return {
    openapi: '3.1.0',
    info: {
      title: `Pitwall ${service.name}`,
      version: service.version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: { schemas: { problem: schemaOf(problemSchema) } },
  };
}

function operationOf(operation: Operation): Json {
  const { id, summary, parameters, body, success, problems } = operation;
  return {
    operationId: id,
    summary,
    parameters: parameters.map((parameter) => ({
      ...parameter,
      required: parameter.in === 'path',
      schema: { type: 'string' },
    })),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: contentOf(body.types, bodySchema(body)) } }),
    responses: {
      [success.status]: answer(success.description, 'application/json', schemaOf(success.schema)),
      ...Object.fromEntries(Object.entries(problems).map(([status, description]) => [status, problem(description)])),
    },
  };
}

function bodySchema({ schema, holds }: OperationBody): Json {
  if (schema === null) return { description: "By the pipeline's event.schema.json.", type: ['object', 'array'] };
  const one = schemaOf(schema, 'input');
  if (holds === 'one') return one;
  return { anyOf: [one, { type: 'array', items: one, minItems: 1, maxItems: 1000 }] };
}

function contentOf(types: readonly string[], schema: Json): Json {
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}

function answer(description: string, type: string, schema: Json): Json {
  return { description, content: contentOf([type], schema) };
}

function problem(description: string): Json {
  return answer(description, 'application/problem+json', { $ref: '#/components/schemas/problem' });
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'output'): Json {
  const { $schema: _schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io });
  return rest;
}

const get = (id: string, summary: string, responses: Json): Record<string, Json> => ({
  get: { operationId: id, summary, responses },
});

const COMMON_PATHS: Readonly<Record<string, Record<string, Json>>> = {
  '/livez': get('isLive', 'The process lives.', { 200: answer('It does.', 'application/json', HEALTH_SCHEMA) }),
  '/readyz': get('isReady', 'The service works: what it needs is there.', {
    200: answer('Ready.', 'application/json', HEALTH_SCHEMA),
    503: answer('Not ready, and why.', 'application/json', HEALTH_SCHEMA),
  }),
  '/metrics': get('getMetrics', 'Metrics in the text format of Prometheus.', {
    200: answer('The metrics.', 'text/plain', { type: 'string' }),
  }),
  '/openapi.json': get('getOpenApi', 'This document.', {
    200: answer('The document.', 'application/json', { type: 'object' }),
  }),
};
