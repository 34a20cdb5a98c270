import { HEADER, resultIdOf } from '@pitwall/contracts';
import { aRecord, textHeader } from '@pitwall/messaging';
import { aDeadLetter, type DeadLetterParts, letterIn } from '../../test/a-dead-letter.js';
import { type KeptDeadLetter, readDeadLetter } from './kept-dead-letter.js';

const IDENTITY = { source: '/flights', id: 'E-1' };

function kept(parts: DeadLetterParts): KeptDeadLetter {
  const read = readDeadLetter(aDeadLetter(parts), 'flights');
  if ('why' in read) throw new Error(read.why);
  return read;
}

describe('readDeadLetter', () => {
  it('gives the original back, and takes only the last header of its name away', () => {
    const earlier = textHeader(HEADER.deadLetter, 'of an earlier life');
    const value = Buffer.from([0, 255]);
    const read = kept({ key: null, value, headers: [earlier, { name: 'x', value: null }] });
    expect(read).toMatchObject({ key: null, value });
    expect(JSON.parse(String(read.headers))).toEqual([
      [HEADER.deadLetter, 'of an earlier life'],
      ['x', null],
    ]);
  });

  it('knows the decision that would close it, but for feedback', () => {
    expect(kept({ identity: IDENTITY }).resultId).toBe(resultIdOf('flights', IDENTITY));
    expect(kept({ identity: null }).resultId).toBeNull();
    expect(kept({ identity: IDENTITY, topic: 'feedback', stage: 'results' }).resultId).toBeNull();
  });

  it.each([
    ['id_reused', true],
    ['label_conflict', true],
    ['storage_refused', false],
  ] as const)('%s: closed from the start is %s', (reason, isBornClosed) => {
    expect(kept({ reason, stage: 'results' }).isBornClosed).toBe(isBornClosed);
  });

  const letter = aDeadLetter();
  it.each([
    ['no header', aRecord({ topic: 't' }), 'no header pitwall-dead-letter'],
    ['a null header', aRecord({ topic: 't', headers: [{ name: HEADER.deadLetter, value: null }] }), 'no header'],
    ['text', aRecord({ topic: 't', headers: [textHeader(HEADER.deadLetter, 'text')] }), 'JSON'],
    ['something else', aRecord({ topic: 't', headers: [textHeader(HEADER.deadLetter, '{}')] }), 'deadLetterId'],
    [
      'another reason',
      aRecord({
        topic: 't',
        headers: [textHeader(HEADER.deadLetter, JSON.stringify({ ...letterIn(letter), reason: 'tired' }))],
      }),
      'reason',
    ],
    ['another pipeline', aDeadLetter({ pipeline: 'trains' }), 'of the pipeline trains'],
  ])('refuses %s and says why', (...[, record, why]) => {
    expect(readDeadLetter(record, 'flights')).toEqual({ why: expect.stringContaining(why) });
  });
});
