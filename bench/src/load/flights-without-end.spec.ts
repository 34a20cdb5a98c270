import type { Flight } from '@pitwall/flights';
import { takeNext, yearsLater } from './flights-without-end.js';

const flight: Flight = {
  index: 3,
  id: 'f',
  eventTimeMs: Date.parse('2013-04-01T10:00:00Z'),
  entity: 'N1',
  text: '{"flight_id":"f","event_time":"2013-04-01T10:00:00Z","carrier":"UA"}',
};

describe('yearsLater', () => {
  it('changes id and time, in the text too', () => {
    const later = yearsLater(flight, 2);
    expect(later).toMatchObject({ id: 'f+2', entity: 'N1', eventTimeMs: Date.parse('2015-04-01T10:00:00Z') });
    expect(JSON.parse(later.text)).toEqual({ flight_id: 'f+2', event_time: '2015-04-01T10:00:00.000Z', carrier: 'UA' });
  });

  it('keeps a flight without an aircraft its own entity', () => {
    expect(yearsLater({ ...flight, entity: 'f' }, 1).entity).toBe('f+1');
  });
});

describe('takeNext', () => {
  it('takes what comes next, and no more', async () => {
    let next = 0;
    const numbers = { next: () => Promise.resolve({ done: false, value: (next += 1) } as const) };
    expect(await takeNext(numbers, 2)).toEqual([1, 2]);
    expect(await takeNext(numbers, 1)).toEqual([3]);
  });
});
