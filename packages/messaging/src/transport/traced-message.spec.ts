import { contentDigest, HEADER } from '@pitwall/contracts';
import { textHeader } from '../headers.js';
import { aRecord } from '../memory/builders.js';
import { TracedMessage } from './traced-message.js';

const EVENTS = 'p.events.v1';
const SCOPE = { isRaw: true, isAboutEvent: true, topic: EVENTS, partition: 1, groupId: 'g', pipeline: 'p' };
const KEY = Buffer.from('N1');
const VALUE = Buffer.from('{}');
const DIGEST = contentDigest(KEY, VALUE);

const originOf = (claim: string | null) => {
  const headers = claim === null ? [] : [textHeader(HEADER.origin, claim)];
  const place = { topic: EVENTS, partition: 1, offset: 7, appendedAt: 100 };
  return new TracedMessage(aRecord({ ...place, key: KEY, value: VALUE, headers }), SCOPE);
};

describe('the origin of a record on a topic of producers', () => {
  it('is that of the record that it was replayed from: an earlier one of its partition with the same content', () => {
    const { origin, redriveAttempt } = originOf(`${EVENTS} 1 3 50 ${DIGEST}`);
    expect(origin).toEqual({ topic: EVENTS, partition: 1, offset: 3, appendedAt: 50, digest: DIGEST });
    expect(redriveAttempt).toBe(0);
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
    expect(originOf(claim).origin).toEqual({ topic: EVENTS, partition: 1, offset: 7, appendedAt: 100, digest: DIGEST });
  });
});
