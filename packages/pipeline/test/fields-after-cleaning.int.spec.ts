import { checkPipeline } from '@pitwall/pipeline';
import { FlightsCopy } from './flights-copy.js';

const DERIVED = `  - rule: derive-time
    from: sched_dep_time
    zone: America/New_York
    into: { local_weekday: weekday, local_minute: minute-of-day }
    otherwise: reject
`;
const beforeFirstRule = /(?<=\ncleaning:\n)/;

let flights: FlightsCopy;

beforeEach(async () => {
  flights = await FlightsCopy.make();
  await flights.edit('pipeline.yaml', beforeFirstRule, DERIVED);
});

afterEach(() => flights.remove());

const pointers = async (): Promise<string[]> => (await checkPipeline(flights.folder)).map(({ pointer }) => pointer);

const featureOf = (field: string, type: string): Promise<void> =>
  flights.edit('pipeline.yaml', 'name: weekday, type: string', `name: weekday, type: ${type}, field: ${field}`);

it('lets features, the entity and later rules name a derived field', async () => {
  await featureOf('local_weekday', 'string');
  await flights.edit('pipeline.yaml', 'entity: [tailnum, flight_id]', 'entity: [tailnum, local_minute]');
  await flights.edit('pipeline.yaml', 'sched_dep_minute: [0, 1439]', 'local_minute: [0, 1439]');
  expect(await checkPipeline(flights.folder)).toEqual([]);
});

it('knows a derived field by its type', async () => {
  await featureOf('local_minute', 'string');
  expect(await pointers()).toEqual(['/features/3/type']);
});

it('knows a derived field that can be missing', async () => {
  await featureOf('local_weekday', 'string');
  await flights.edit('pipeline.yaml', 'otherwise: reject', 'otherwise: missing');
  expect(await pointers()).toEqual(['/features/3/nullable']);
});

it('knows what is meant by a derived field, and that id and time are read before there are any', async () => {
  await featureOf('local_wekday', 'string');
  await flights.edit('pipeline.yaml', 'id: flight_id', 'id: local_minute');
  expect(await checkPipeline(flights.folder)).toEqual([
    expect.objectContaining({ pointer: '/event/id', expected: 'a field under "properties" of event.schema.json' }),
    expect.objectContaining({ pointer: '/features/3/field', didYouMean: 'local_weekday' }),
  ]);
});

it('does not let a rule name a field that is derived after it', async () => {
  await flights.edit('pipeline.yaml', beforeFirstRule, '  - { rule: clamp, ranges: { local_minute: [0, 1] } }\n');
  expect(await pointers()).toEqual(['/cleaning/0/ranges/local_minute']);
});

it('offers the zone that was probably meant', async () => {
  await flights.edit('pipeline.yaml', 'zone: America/New_York', 'zone: America/NewYork');
  expect(await checkPipeline(flights.folder)).toEqual([
    expect.objectContaining({ pointer: '/cleaning/0/zone', didYouMean: 'America/New_York' }),
  ]);
});

it('says what is wrong with a rule and not what follows from it', async () => {
  await featureOf('local_weekday', 'string');
  await flights.edit('pipeline.yaml', 'from: sched_dep_time', 'form: sched_dep_time');
  expect((await pointers()).toSorted()).toEqual(['/cleaning/0/form', '/cleaning/0/from']);
});

it('takes a text for a number feature only where a rule makes it a number', async () => {
  await flights.edit('event.schema.json', /"distance_mi": \{\s*"type": "integer"/, '"distance_mi": { "type": "string"');
  expect(await pointers()).toEqual(['/cleaning/4/ranges/distance_mi', '/features/4/type']);
  const parsing = '  - { rule: parse-number, fields: [distance_mi], otherwise: reject }\n';
  await flights.edit('pipeline.yaml', beforeFirstRule, parsing);
  expect(await checkPipeline(flights.folder)).toEqual([]);
});
