import fc from 'fast-check';
import { isArray, splitArray } from './split-array.js';

describe('splitArray', () => {
  it('gives the elements that JSON.parse gives, however they are spaced', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 1, 2), (values, indent) => {
        const bytes = Buffer.from(` ${JSON.stringify(values, null, indent)}\n`);
        const elements = splitArray(bytes)?.map((element) => JSON.parse(element.toString('utf8')) as unknown);
        expect(elements).toEqual(JSON.parse(bytes.toString('utf8')));
      }),
    );
  });

  it('keeps the digits that a number would lose', () => {
    expect(splitArray(Buffer.from('[{"id":9007199254740993}, 1]'))?.map(String)).toEqual([
      '{"id":9007199254740993}',
      ' 1',
    ]);
  });

  it.each(['', '[', ']', '{}', '[1', '1]', '[1,]', '[,1]', '[1]]', '[}{]', '[1] 2', '[,]'])('refuses %j', (text) => {
    expect(splitArray(Buffer.from(text))).toBeNull();
  });

  it('accepts nothing in which an element could hide from its parser', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('[', ']', '{', '}', ',', '"', '\\', '1', ' ') }), (text) => {
        const elements = splitArray(Buffer.from(text));
        const parses = (json: string): boolean => {
          try {
            JSON.parse(json);
            return true;
          } catch {
            return false;
          }
        };
        expect(elements !== null && elements.every((element) => parses(element.toString()))).toBe(
          parses(text) && text.trim().startsWith('['),
        );
      }),
    );
  });
});

it.each([
  [' \n[', true],
  ['{', false],
  ['', false],
])('sees in %j whether an array begins', (text, expected) => {
  expect(isArray(Buffer.from(text))).toBe(expected);
});
