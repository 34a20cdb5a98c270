import { checkPipeline } from '@pitwall/pipeline';
import { FlightsCopy } from './flights-copy.js';

let flights: FlightsCopy;

beforeEach(async () => {
  flights = await FlightsCopy.make();
});

afterEach(() => flights.remove());

it('finds nothing wrong with the flights', async () => {
  expect(await checkPipeline(flights.folder)).toEqual([]);
});

it.each([
  { wrong: 'treshold: 1/3', pointer: '/decision/treshold', didYouMean: 'threshold', right: /threshold: 1\/3/ },
  { wrong: 'rule: hard-rnage', pointer: '/cleaning/2/rule', didYouMean: 'hard-range', right: /rule: hard-range/ },
  {
    wrong: 'feilds: [plane_manufacturer]',
    pointer: '/cleaning/4/feilds',
    didYouMean: 'fields',
    right: /fields: \[plane_manufacturer\]/,
  },
  {
    wrong: 'temp_F_: [-40, 130]',
    pointer: '/cleaning/2/ranges/temp_F_',
    didYouMean: 'temp_f',
    right: /temp_f: \[-40, 130\]/,
  },
  { wrong: 'name: carier,', pointer: '/features/0/name', didYouMean: 'carrier', right: /name: carrier,/ },
  { wrong: 'type: sting }', pointer: '/features/0/type', didYouMean: 'string', right: /type: string }/ },
  { wrong: 'entity: [tailnmu, flight_id]', pointer: '/event/entity/0', didYouMean: 'tailnum', right: /entity: .*/ },
  { wrong: 'id: flightid', pointer: '/event/id', didYouMean: 'flight_id', right: /id: flight_id/ },
  { wrong: 'champion: champion@1.0', pointer: '/model/champion', didYouMean: 'champion@1.0.0', right: /champion: .*/ },
  {
    wrong: 'proced: { late: 0, on-time: 0 }',
    pointer: '/decision/values/proced',
    didYouMean: 'proceed',
    right: /proceed: {.*/,
  },
  {
    wrong: 'intervene: { late: 80, ontime: -40 }',
    pointer: '/decision/values/intervene/ontime',
    didYouMean: 'on-time',
    right: /intervene: {.*/,
  },
  { wrong: 'horizonMS: 172800000', pointer: '/feedback/horizonMS', didYouMean: 'horizonMs', right: /horizonMs: \d+/ },
  {
    wrong: 'fallback: { decision: proceed, aftrMs: 1 }',
    pointer: '/decision/fallback/aftrMs',
    didYouMean: 'afterMs',
    right: /fallback: .*/,
  },
  {
    wrong: 'memoryBudgetMB: 512',
    pointer: '/model/memoryBudgetMB',
    didYouMean: 'memoryBudgetMb',
    right: /memoryBudgetMb: \d+/,
  },
  { wrong: 'monitorng:', pointer: '/monitorng', didYouMean: 'monitoring', right: /monitoring:/ },
])('knows what is meant by "$wrong"', async ({ wrong, pointer, didYouMean, right }) => {
  await flights.edit('pipeline.yaml', right, wrong);
  const line = (await flights.read('pipeline.yaml')).split('\n').findIndex((text) => text.includes(wrong)) + 1;
  expect(await checkPipeline(flights.folder)).toContainEqual(
    expect.objectContaining({
      file: 'pipeline.yaml',
      pointer,
      didYouMean,
      message: expect.stringContaining(`Did you mean "${didYouMean}"?`),
    }),
  );
  expect((await checkPipeline(flights.folder)).find((problem) => problem.pointer === pointer)?.line).toBe(line);
});

it.each([
  { what: 'a threshold above 1', before: /threshold: 1\/3/, after: 'threshold: 4/3', pointer: '/decision/threshold' },
  { what: 'no version', before: /version: 1\n/, after: '', pointer: '/version' },
  { what: 'no partitions', before: /partitions: 6/, after: 'partitions: 0', pointer: '/partitions' },
  {
    what: 'a time that is no text',
    before: /time: event_time/,
    after: 'time: sched_dep_minute',
    pointer: '/event/time',
  },
  {
    what: 'an entity that can be missing',
    before: /entity: .*/,
    after: 'entity: [flight_id, tailnum]',
    pointer: '/event/entity/1',
  },
  { what: 'the same feature twice', before: /name: origin,/, after: 'name: carrier,', pointer: '/features/1/name' },
  {
    what: 'a feature of another type',
    before: /name: origin, type: string/,
    after: 'name: origin, type: number',
    pointer: '/features/1/type',
  },
  {
    what: 'a feature that can be missing',
    before: /name: temp_f, type: number, nullable: true/,
    after: 'name: temp_f, type: number',
    pointer: '/features/9/nullable',
  },
  {
    what: 'a feature that a rule makes missing',
    before: /plane_age_years: \[0, 60\]/,
    after: 'distance_mi: [1, 60]',
    pointer: '/features/4/nullable',
  },
  { what: 'a range upside down', before: /\[-40, 130\]/, after: '[130, -40]', pointer: '/cleaning/2/ranges/temp_f' },
  {
    what: 'an imputation of another type',
    before: /constant: unknown/,
    after: 'constant: 0',
    pointer: '/cleaning/4/with/constant',
  },
  { what: 'one decision for both', before: /hold: proceed/, after: 'hold: intervene', pointer: '/decision/hold' },
  {
    what: 'a horizon of nothing',
    before: /horizonMs: \d+/,
    after: 'horizonMs: 0',
    pointer: '/feedback/horizonMs',
  },
  {
    what: 'duplicates that are forgotten before their records',
    before: /monitoring:/,
    after: 'retention: { duplicatesDays: 13 }\nmonitoring:',
    pointer: '/retention/duplicatesDays',
  },
  {
    what: 'decisions that are dropped before their duplicates',
    before: /monitoring:/,
    after: 'retention: { duplicatesDays: 91 }\nmonitoring:',
    pointer: '/retention/decisionsDays',
  },
  {
    what: 'dead letters that outlive the decisions that close them',
    before: /monitoring:/,
    after: 'retention: { deadLettersDays: 91 }\nmonitoring:',
    pointer: '/retention/deadLettersDays',
  },
  {
    what: 'decisions that are dropped before their labels come',
    before: /horizonMs: \d+/,
    after: 'horizonMs: 8640000000',
    pointer: '/retention/decisionsDays',
  },
  { what: 'no horizon', before: /feedback:\n.*\n.*\n/, after: '', pointer: '/feedback' },
  {
    what: 'nobody who may say what was observed',
    before: /horizonMs: \d+/,
    after: 'horizonMs: 1000\n  labelSources: []',
    pointer: '/feedback/labelSources',
  },
  {
    what: 'no room for a model',
    before: /memoryBudgetMb: \d+/,
    after: 'memoryBudgetMb: 1',
    pointer: '/model/memoryBudgetMb',
  },
  {
    what: 'a fallback that is waited for too long',
    before: /fallback: .*/,
    after: 'fallback: { decision: proceed, afterMs: 86400000 }',
    pointer: '/decision/fallback/afterMs',
  },
  {
    what: 'an unknown fallback',
    before: /fallback: .*/,
    after: 'fallback: { decision: wait }',
    pointer: '/decision/fallback/decision',
  },
  {
    what: 'a time to live of next to nothing',
    before: /allowedLatenessMs: \d+/,
    after: 'timeToLiveMs: 10',
    pointer: '/event/timeToLiveMs',
  },
  {
    what: 'an outcome without value',
    before: /intervene: { late: 80, on-time: -40 }/,
    after: 'intervene: { late: 80 }',
    pointer: '/decision/values/intervene/on-time',
  },
])('finds $what', async ({ before, after, pointer }) => {
  await flights.edit('pipeline.yaml', before, after);
  expect(await checkPipeline(flights.folder)).toContainEqual(
    expect.objectContaining({ file: 'pipeline.yaml', pointer, line: expect.any(Number) }),
  );
});

it('finds a time to live without a decision for the events that are too old', async () => {
  await flights.edit('pipeline.yaml', /allowedLatenessMs: \d+/, 'timeToLiveMs: 600000');
  expect(await checkPipeline(flights.folder)).toEqual([]);
  await flights.edit('pipeline.yaml', /\n {2}fallback: .*/, '');
  expect(await checkPipeline(flights.folder)).toEqual([
    expect.objectContaining({
      file: 'pipeline.yaml',
      pointer: '/event/timeToLiveMs',
      line: expect.any(Number),
      message: expect.stringContaining(
        'got 600000, expected decision.fallback to say what is decided of an event that is too old (intervene or proceed), or no time to live',
      ),
    }),
  ]);
});

it.each([
  {
    what: 'a digest of another file',
    file: 'champion.manifest.json',
    before: /"sha256": "[0-9a-f]{8}/,
    after: '"sha256": "00000000',
    pointer: '/artifact/sha256',
  },
  {
    what: 'a column that is no feature',
    file: 'champion.manifest.json',
    before: '"temp_f"',
    after: '"temp_c"',
    pointer: '/inputs/1/columns/5',
  },
  {
    what: 'a column twice',
    file: 'champion.manifest.json',
    before: '"temp_f"',
    after: '"humid_pct"',
    pointer: '/inputs/1/columns/6',
  },
  {
    what: 'a text as a number',
    file: 'champion.manifest.json',
    before: '"type": "string"',
    after: '"type": "float32"',
    pointer: '/inputs/0/columns/0',
  },
  {
    what: 'a shape that is too wide',
    file: 'champion.manifest.json',
    before: '["N", 16]',
    after: '["N", 17]',
    pointer: '/inputs/1/shape/1',
  },
  {
    what: 'a score beyond the output',
    file: 'champion.manifest.json',
    before: '"column": 1',
    after: '"column": 2',
    pointer: '/score/column',
  },
  {
    what: 'a golden row that is too short',
    file: 'champion.manifest.json',
    before: '["DL", "EWR", "ATL", "tue"]',
    after: '["DL", "EWR", "ATL"]',
    pointer: '/golden/rows/0/inputs/cat',
  },
  {
    what: 'a golden row with a hole in its texts',
    file: 'champion.manifest.json',
    before: '["DL", "EWR", "ATL", "tue"]',
    after: '["DL", "EWR", null, "tue"]',
    pointer: '/golden/rows/0/inputs/cat/2',
  },
  {
    what: 'the same version twice',
    file: 'candidate-a.manifest.json',
    before: '"name": "candidate-a"',
    after: '"name": "champion"',
    pointer: '/version',
  },
  {
    what: 'counts that do not add up',
    file: 'profile.json',
    before: '"missing": 0',
    after: '"missing": 1',
    pointer: '/features/0/categories',
  },
])('finds $what in a model', async ({ file, before, after, pointer }) => {
  await flights.edit(`models/${file}`, before, after);
  const pointers = (await checkPipeline(flights.folder)).map((problem) => problem.pointer);
  expect(pointers).toContain(pointer);
});
