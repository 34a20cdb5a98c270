import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBrotliDecompress } from 'node:zlib';
import { featuresMessageSchema } from '@pitwall/contracts';
import {
  CLEANING_RULES,
  compileCleaning,
  compileEventPath,
  loadPipeline,
  QualityNotes,
  type EventRecord,
  type PipelineDefinition,
  type PreparedEvent,
  type RejectedEvent,
} from '@pitwall/pipeline';

const FOLDER = join(import.meta.dirname, '../../../pipelines/flight-delay');
const FLIGHTS = 336_776;

interface GoldenScores {
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly rows: readonly {
    readonly flightId: string;
    readonly inputs: Readonly<Record<string, readonly unknown[]>>;
  }[];
}

const golden = JSON.parse(readFileSync(join(FOLDER, 'data/golden-scores.json'), 'utf8')) as GoldenScores;

const deriveTime = CLEANING_RULES.find(({ name }) => name === 'derive-time');
const deriveLocal = compileCleaning({
  eventSchema: {},
  features: [],
  profile: { schema: 'pitwall.profile/v1', reference: 'none', rows: 1, features: [] },
  cleaning: [
    deriveTime?.configure({
      from: 'sched_dep_time',
      format: 'rfc3339',
      zone: 'America/New_York',
      into: { local_weekday: 'weekday', local_minute: 'minute-of-day' },
      otherwise: 'reject',
    }),
  ].filter((rule) => rule !== undefined),
});

let definition: PipelineDefinition;
const year = {
  prepared: 0,
  rejected: [] as unknown[],
  rules: new Map<string, number>(),
  withoutTail: 0,
  otherClocks: [] as unknown[],
};
const goldenFlights = new Map<string, PreparedEvent>();

async function* eventsOfYear(): AsyncGenerator<unknown[]> {
  const text = createReadStream(join(FOLDER, 'data/flights.ndjson.br'))
    .pipe(createBrotliDecompress())
    .setEncoding('utf8');
  let rest = '';
  for await (const chunk of text as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield lines.map((line): unknown => JSON.parse(line));
  }
}

beforeAll(async () => {
  definition = await loadPipeline(FOLDER);
  const prepare = compileEventPath(definition);
  const wanted = new Set(golden.rows.map(({ flightId }) => flightId));
  for await (const events of eventsOfYear()) {
    for (const event of events) {
      compareClocks(event as EventRecord);
      keep(prepare(event), wanted);
    }
  }
});

/** The trainer's pandas and the rule's clock must show the same in New York. */
function compareClocks(event: EventRecord): void {
  const { weekday, sched_dep_minute: minute } = event;
  deriveLocal(event, new QualityNotes());
  if (event['local_weekday'] !== weekday || event['local_minute'] !== minute) year.otherClocks.push(event);
}

function keep(result: PreparedEvent | RejectedEvent, wanted: ReadonlySet<string>): void {
  if (!result.isPrepared) {
    year.rejected.push(result);
    return;
  }
  const { id = '', entity, notes } = result;
  year.prepared += 1;
  if (entity === id) year.withoutTail += 1;
  for (const { rule, field } of notes) count(rule === 'absent' ? rule : `${rule} ${field}`);
  if (wanted.has(id)) goldenFlights.set(id, result);
}

function count(rule: string): void {
  year.rules.set(rule, (year.rules.get(rule) ?? 0) + 1);
}

it('prepares every flight of the year', () => {
  expect(year.rejected).toEqual([]);
  expect(year.prepared).toBe(FLIGHTS);
});

it('shows the weekday and the minute of every flight as New York had them, through both changes of the clock', () => {
  expect(year.otherClocks).toEqual([]);
});

it('takes the flight for the entity where no tail number is known', () => {
  expect(year.withoutTail).toBe(2512);
});

it('mends the wind of 1,048 mph and nothing else but makers that nobody knows', () => {
  const { absent, ...repaired } = Object.fromEntries(year.rules);
  expect(absent).toBeGreaterThan(300_000);
  expect(repaired).toEqual({ 'hard-range wind_speed_mph': expect.any(Number), 'impute plane_manufacturer': 52_606 });
  expect(repaired['hard-range wind_speed_mph']).toBeLessThan(100);
});

it.each(golden.rows)('gives the models of flight $flightId what they answered', ({ flightId, inputs }) => {
  const features = goldenFlights.get(flightId)?.features ?? {};
  for (const [input, columns] of Object.entries(golden.columns)) {
    expect(columns.map((column) => features[column])).toEqual(inputs[input]);
  }
});

it('makes features that the contract takes', () => {
  const [prepared] = goldenFlights.values();
  const message = {
    pipeline: definition.name,
    source: '/flight-delay',
    eventTime: new Date(prepared?.eventTimeMs ?? 0).toISOString(),
  };
  const parsed = featuresMessageSchema.safeParse({
    ...prepared,
    ...message,
    late: false,
    future: false,
    definitionVersion: definition.version,
  });
  expect(parsed.error?.issues).toBeUndefined();
});

it('has three models of which the champion is announced first', () => {
  expect([...definition.models.keys()]).toEqual(['candidate-a@1.0.0', 'candidate-b@1.0.0', 'champion@1.0.0']);
  expect(definition.champion.reference).toBe('champion@1.0.0');
});

it('acts from the break-even of its values on', () => {
  const { threshold, values } = definition.decision;
  const { late = 0, 'on-time': onTime = 0 } = values['intervene'] ?? {};
  expect(threshold * late + (1 - threshold) * onTime).toBeCloseTo(0, 10);
});

it('describes cleaned features in its profile: its ends are as they would come out of cleaning', () => {
  const clean = compileCleaning(definition);
  for (const end of ['min', 'max'] as const) {
    const numbers = definition.profile.features.filter((feature) => feature.type === 'number');
    const record = Object.fromEntries(numbers.map((feature) => [feature.name, feature[end]]));
    const notes = new QualityNotes();
    expect(clean({ ...record, plane_manufacturer: 'BOEING' }, notes)).toBeUndefined();
    expect(notes.list).toEqual([]);
  }
});
