import * as fc from 'fast-check';
import { cursorSchema, encodeCursor } from './decisions-cursor.js';

const anyEventTime = fc.date({
  min: new Date('0000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

describe('cursor', () => {
  it('reads back where a page ended', () => {
    fc.assert(
      fc.property(anyEventTime, fc.uuid(), (eventAt, resultId) => {
        expect(cursorSchema.parse(encodeCursor({ eventAt, resultId }))).toEqual({ eventAt, resultId });
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
