import { join } from 'node:path';
import { checkPipeline, loadPipeline, PipelineDefinitionError } from '@pitwall/pipeline';
import { FlightsCopy } from './flights-copy.js';

let flights: FlightsCopy;

beforeEach(async () => {
  flights = await FlightsCopy.make();
});

afterEach(() => flights.remove());

it('finds a model that was replaced without its manifest, and a profile likewise', async () => {
  await flights.write('models/champion.onnx', 'another model');
  await flights.edit('models/profile.json', '"reference": "', '"reference": "Another: ');
  expect((await checkPipeline(flights.folder)).map(({ file, pointer }) => `${file} ${pointer}`)).toEqual([
    'models/candidate-a.manifest.json /profile/sha256',
    'models/candidate-b.manifest.json /profile/sha256',
    'models/champion.manifest.json /artifact/sha256',
    'models/champion.manifest.json /profile/sha256',
  ]);
});

it.each([
  { what: 'type', before: '"type": "integer"', after: '"type": "intger"', pointer: '/properties/flight/type' },
  { what: 'format', before: '"format": "date-time"', after: '"format": "datetime"', pointer: '' },
  { what: 'keyword', before: '"minLength": 1', after: '"minlength": 1', pointer: '' },
  { what: 'reference', before: '"minLength": 1', after: '"$ref": "#/$defs/nowhere"', pointer: '' },
])('finds an event schema with an unknown $what', async ({ before, after, pointer }) => {
  await flights.edit('event.schema.json', before, after);
  expect(await checkPipeline(flights.folder)).toContainEqual(
    expect.objectContaining({ file: 'event.schema.json', pointer }),
  );
});

it.each(['pipeline.yaml', 'event.schema.json', 'models/profile.json', 'models/champion.onnx'])(
  'says that %s is not there',
  async (file) => {
    await flights.remove(file);
    expect(await checkPipeline(flights.folder)).toContainEqual(
      expect.objectContaining({ message: expect.stringMatching(/readable file/) }),
    );
  },
);

it.each([
  ['pipeline.yaml', 'name: [', /YAML/],
  ['pipeline.yaml', 'name: *nowhere', /YAML/],
  ['pipeline.yaml', 'just text', /an object/],
  ['pipeline.yaml', 'name: a\nname: b', /YAML/],
  ['event.schema.json', '{', /JSON/],
  ['event.schema.json', '[]', /JSON Schema as an object/],
  ['models/champion.manifest.json', 'nothing', /JSON/],
])('says what %s is not when it holds %j', async (file, text, message) => {
  await flights.write(file, text);
  expect(await checkPipeline(flights.folder)).toContainEqual(
    expect.objectContaining({ file, message: expect.stringMatching(message) }),
  );
});

it('reports all that is wrong in all files at once, a line each', async () => {
  await flights.edit('pipeline.yaml', 'threshold: 1/3', 'threshold: 2');
  await flights.edit('pipeline.yaml', 'name: carrier,', 'name: carier,');
  await flights.edit('pipeline.yaml', 'entity: [tailnum, flight_id]', 'entity: [tail, flight_id]');
  await flights.edit('event.schema.json', '"type": "integer"', '"type": ["integer", "null"]');
  await flights.edit('models/champion.manifest.json', '"column": 1', '"column": 9');
  const error: unknown = await loadPipeline(flights.folder).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(PipelineDefinitionError);
  const { message } = error as PipelineDefinitionError;
  expect(
    message
      .split('\n')
      .slice(1)
      .map((line) => line.split(': ')[0]),
  ).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^ {2}- pipeline\.yaml:\d+ \/decision\/threshold$/),
      expect.stringMatching(/^ {2}- pipeline\.yaml:\d+ \/features\/0\/name$/),
      expect.stringMatching(/^ {2}- pipeline\.yaml:\d+ \/event\/entity\/0$/),
      '  - models/champion.manifest.json /score/column',
    ]),
  );
});

it('says of a folder that is none that its files are missing', async () => {
  const found = await checkPipeline(join(flights.folder, 'nowhere'));
  expect(found.map(({ file }) => file)).toEqual([
    'pipeline.yaml',
    'event.schema.json',
    'models',
    'models/profile.json',
  ]);
});
