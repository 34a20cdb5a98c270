import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from '@asyncapi/parser';
import { Validator } from '@seriousme/openapi-schema-validator';
import { OPERATIONS } from '../http/operations.js';
import { TOPICS } from '../topics/index.js';
import { asyncApiDocument } from './asyncapi.js';
import { openApiDocument } from './openapi.js';

describe('the AsyncAPI document', () => {
  it('is valid AsyncAPI 3.0 without a single error', async () => {
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApiDocument()));
    // The parser gives no document where there are errors.
    expect(document === undefined ? diagnostics : []).toEqual([]);
    expect(document?.version()).toBe('3.0.0');
    expect(
      document
        ?.channels()
        .all()
        .map((channel) => channel.address())
        .toSorted(),
    ).toEqual(TOPICS.map((topic) => topic.name('{pipeline}')).toSorted());
  });

  it('is the one in docs/', () => {
    const file = join(import.meta.dirname, '../../../../docs/asyncapi.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(asyncApiDocument())));
  });
});

describe.each(['ingestion', 'inference', 'results', 'monitoring'])('the OpenAPI document of %s', (name) => {
  const document = openApiDocument({ name, version: '1.2.3' });

  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document) as Record<string, unknown>);
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it('has every operation of the service and no other', () => {
    const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, { operationId: string }>>>>;
    const ids = Object.values(paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
    const own = OPERATIONS.filter(({ service }) => service === name).map(({ id }) => id);
    expect(ids.toSorted()).toEqual([...own, 'getMetrics', 'getOpenApi', 'isLive', 'isReady'].toSorted());
  });
});
