import * as fc from 'fast-check';
import { cursorSchema, encodeCursor } from './page-cursor.js';

const anyTime = fc.date({
  min: new Date('0000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

describe('cursor', () => {
  it('reads back where a page ended', () => {
    fc.assert(
      fc.property(anyTime, fc.uuid(), (at, id) => {
        expect(cursorSchema.parse(encodeCursor({ at, id }))).toEqual({ at, id });
      }),
    );
  });

  it('refuses everything else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(cursorSchema.safeParse(text).success).toBe(false);
      }),
    );
  });
});
