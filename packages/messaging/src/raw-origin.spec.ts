import { contentDigest, HEADER } from '@pitwall/contracts';
import { textHeader } from './headers.js';
import { aRecord } from './memory/builders.js';
import { rawOriginOf } from './raw-origin.js';

const EVENTS = 'p.events.v1';
const KEY = Buffer.from('N1');
const VALUE = Buffer.from('{}');
const DIGEST = contentDigest(KEY, VALUE);

const originOf = (claim: string | null, attempt: string | null = null) => {
  const headers = [
    ...(claim === null ? [] : [textHeader(HEADER.origin, claim)]),
    ...(attempt === null ? [] : [textHeader(HEADER.redriveAttempt, attempt)]),
  ];
  const place = { topic: EVENTS, partition: 1, offset: 7, appendedAt: 100 };
  return rawOriginOf(aRecord({ ...place, key: KEY, value: VALUE, headers }));
};

describe('the origin of a record on a topic of producers', () => {
  it('is that of the record that it was replayed from: an earlier one of its partition with the same content', () => {
    const origin = originOf(`${EVENTS} 1 3 50 ${DIGEST}`);
    expect(origin).toEqual({ topic: EVENTS, partition: 1, offset: 3, appendedAt: 50, digest: DIGEST });
  });

  it('is what a redriven record states, also of other content, but of no other topic', () => {
    const other = 'a'.repeat(64);
    expect(originOf(`${EVENTS} 0 9 200 ${other}`, '1')).toMatchObject({ partition: 0, offset: 9, digest: other });
    expect(originOf(`q.events.v1 0 9 200 ${other}`, '1')).toMatchObject({ partition: 1, offset: 7, digest: DIGEST });
  });

  it.each([
    ['nothing is said', null],
    ['what is said cannot be read', 'somewhere'],
    ['another topic is named', `q.events.v1 1 3 50 ${DIGEST}`],
    ['another partition is named', `${EVENTS} 0 3 50 ${DIGEST}`],
    ['the record itself is named', `${EVENTS} 1 7 100 ${DIGEST}`],
    ['a later record is named', `${EVENTS} 1 8 50 ${DIGEST}`],
    ['a later time is named', `${EVENTS} 1 3 101 ${DIGEST}`],
    ['other content is named', `${EVENTS} 1 3 50 ${'a'.repeat(64)}`],
  ])('is the record itself where %s', (_, claim) => {
    expect(originOf(claim)).toEqual({ topic: EVENTS, partition: 1, offset: 7, appendedAt: 100, digest: DIGEST });
  });
});
