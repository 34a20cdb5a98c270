import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonSchemaOf } from '../json-schema.js';
import { MESSAGES } from './index.js';

const FIXTURES = join(import.meta.dirname, '../../../../fixtures/messages');
const SCHEMAS = join(import.meta.dirname, '../../schemas');

interface InvalidCase {
  readonly expectedPointer: string;
  readonly message: unknown;
}

function cases<Case>(name: string, kind: 'valid' | 'invalid'): [string, Case][] {
  const folder = join(FIXTURES, name, kind);
  return readdirSync(folder).map((file) => [
    file.replace('.json', ''),
    JSON.parse(readFileSync(join(folder, file), 'utf8')) as Case,
  ]);
}

describe.each(MESSAGES)('the contract of $name', ({ name, version, schema }) => {
  it.each(cases<unknown>(name, 'valid'))('accepts %s unchanged', (_case, message) => {
    expect(schema.parse(message)).toEqual(message);
  });

  it.each(cases<InvalidCase>(name, 'invalid'))('refuses %s and says where', (_case, { expectedPointer, message }) => {
    const pointers = schema.safeParse(message).error?.issues.map((issue) => `/${issue.path.join('/')}`);
    expect(pointers).toEqual([expectedPointer]);
  });

  it('has its JSON Schema in schemas/', () => {
    const file = join(SCHEMAS, `${name}.v${version}.json`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(jsonSchemaOf({ name, version, schema }));
  });
});

it('keeps fixtures for every contract and for nothing else', () => {
  expect(readdirSync(FIXTURES).toSorted()).toEqual(MESSAGES.map((message) => message.name).toSorted());
});
