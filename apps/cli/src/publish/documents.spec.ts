import { Readable } from 'node:stream';
import { documentsIn, type DocumentsFormat } from './documents.js';

const read = async (whole: string, format: DocumentsFormat = 'detect'): Promise<readonly string[]> => {
  const documents: string[] = [];
  for await (const document of documentsIn(Readable.from([whole]), format)) documents.push(document);
  return documents;
};

describe('documentsIn', () => {
  it.each([
    ['one document, with its bytes', '{\n  "a": 1\n}\n', ['{\n  "a": 1\n}\n']],
    ['one document on one line', '{"a":1}\n', ['{"a":1}\n']],
    ['one document a line', '{"a":1}\n\n{"a":2}\r\n{"a":3}', ['{"a":1}', '{"a":2}', '{"a":3}']],
    ['a broken line among others', '{"a":1}\n{"a":2}\n{broken', ['{"a":1}', '{"a":2}', '{broken']],
    ['something broken, in one piece', '{"a":1,\nbroken\n', ['{"a":1,\nbroken\n']],
    ['an empty input, as it is', '', ['']],
  ])('finds %s', async (_, whole, expected) => {
    expect(await read(whole)).toEqual(expected);
  });

  it('takes every line for a document when it is told to', async () => {
    expect(await read('{"a":\n1}\n\n', 'lines')).toEqual(['{"a":', '1}']);
  });

  it('hands lines on as they come', async () => {
    const input = new Readable({ read: () => undefined });
    const documents = documentsIn(input, 'lines');
    input.push('{"a":1}\n{"a"');
    expect((await documents.next()).value).toBe('{"a":1}');
    input.push(':2}\n');
    expect((await documents.next()).value).toBe('{"a":2}');
    input.push(null);
    expect((await documents.next()).done).toBe(true);
  });
});
