import { contentDigest } from '@pitwall/contracts';
import type { Flight } from '@pitwall/flights';
import { SentLedger } from './sent-ledger.js';

const aFlight = (id: string): Flight => ({ index: 0, id, eventTimeMs: 0, entity: 'N1', text: `{"flight_id":"${id}"}` });
const digestOf = (id: string): string => contentDigest(Buffer.from('N1'), Buffer.from(aFlight(id).text));

describe('SentLedger', () => {
  it('misses what was acknowledged and is not on the topic, and nothing else', () => {
    const ledger = new SentLedger();
    ledger.attempt(['a', 'b', 'c'].map(aFlight));
    ledger.acknowledge(['a', 'b'].map(aFlight));
    expect(ledger.count).toBe(2);
    expect(ledger.missingFrom([digestOf('a'), digestOf('c')])).toBe(1);
    expect(ledger.missingFrom(['a', 'b'].map(digestOf))).toBe(0);
  });

  it('knows what was sent, acknowledged or not, and wants it decided', () => {
    const ledger = new SentLedger();
    ledger.attempt([aFlight('a')]);
    expect(ledger.endingsOf(digestOf('a'))).toEqual([null]);
    expect(ledger.endingsOf(digestOf('b'))).toBeUndefined();
  });
});
