import { deadlyEvent } from './deadly-event.js';

const PIPELINE = { name: 'flights', partitions: 6, event: { type: 't' } };

it('is the event of a flight that is to be given up, and one behind it that is to be decided', () => {
  const records = deadlyEvent({ id: 'deadly', tailnum: 'N-1', miles: 5_001 }, PIPELINE);
  expect(records).toMatchObject([{ endings: ['model_row_failed'] }, { endings: [null] }]);
  expect(records.map(({ record }) => String(record.key))).toEqual(['N-1', 'N-1']);
  expect(records.map(({ record }): unknown => JSON.parse(String(record.value)))).toMatchObject([
    { flight_id: 'deadly', tailnum: 'N-1', distance_mi: 5_001 },
    { flight_id: 'deadly-next', tailnum: 'N-1', distance_mi: 529 },
  ]);
});
