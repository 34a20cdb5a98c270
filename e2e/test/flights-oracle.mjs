/**
 * What the champion is worth on a part of the flights, computed from the files alone: data, labels and model as they stand in
 * pipelines/flight-delay, by ONNX Runtime and plain JavaScript. It imports nothing of Pitwall and reads no definition, so that
 * what it says can be held against what Pitwall says.
 *
 *   node e2e/test/flights-oracle.mjs [--from 2013-04-01T04:00:00Z] [--to <time>] [--events <n>] [--json]
 *
 * Takes the first n events at or after `from` and before `to`, in the order of event time. Exit codes: 0 done, 2 wrong arguments.
 */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const FOLDER = join(import.meta.dirname, '../../pipelines/flight-delay');
const TEXTS = ['carrier', 'origin', 'dest', 'weekday'];
const NUMBERS = [
  'distance_mi',
  'sched_dep_minute',
  'sched_block_min',
  'plane_age_years',
  'plane_seats',
  'temp_f',
  'humid_pct',
  'wind_speed_mph',
  'precip_in',
  'pressure_hpa',
  'visib_mi',
  'origin_sched_dep_1h',
  'origin_dep_delay_mean_2h',
  'origin_overdue_share_2h',
  'dest_arr_delay_mean_6h',
  'prev_leg_arr_delay_min',
];
/** The one measurement of the year that cannot be: 1,048 mph, on 12 February. */
const STRONGEST_WIND_MPH = 150;
const THRESHOLD = 1 / 3;
/** In USD, for a flight that was acted on; nothing is won or lost where none was. */
const VALUE = { late: 80, onTime: -40 };
const ROWS_AT_ONCE = 2048;

const { fromMs, toMs, events: wanted, isJson } = options();
const flights = await readFlights();
const scores = await score(flights);
const labels = await readLabels(new Set(flights.map(({ flight_id: id }) => id)));
const summary = summarize();
console.log(isJson ? JSON.stringify(summary) : table(summary));

function options() {
  const time = (text) => (Number.isNaN(Date.parse(text)) ? refuse(`${text} is no time`) : Date.parse(text));
  const count = (text) => (/^[1-9]\d*$/.test(text) ? Number(text) : refuse(`${text} is no count of events`));
  try {
    const { values } = parseArgs({
      options: {
        from: { type: 'string', default: '2013-04-01T04:00:00Z' },
        to: { type: 'string', default: '9999-12-31' },
        events: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const { from, to, events, json: asJson } = values;
    return {
      fromMs: time(from),
      toMs: time(to),
      events: events === undefined ? Infinity : count(events),
      isJson: asJson,
    };
  } catch (error) {
    return refuse(error.message);
  }
}

function refuse(message) {
  console.error(`flights-oracle: ${message}; expected [--from <time>] [--to <time>] [--events <n>] [--json]`);
  process.exit(2);
}

async function readFlights() {
  const taken = [];
  let lastMs = -Infinity;
  for await (const line of linesOf('flights.ndjson.br')) {
    // Three quarters of a year need not be parsed.
    const ms = Date.parse(/"event_time":"([^"]+)"/.exec(line)[1]);
    if (ms < lastMs) throw new Error(`flights.ndjson.br is not in the order of event time: ${line.slice(0, 80)}`);
    lastMs = ms;
    if (ms < fromMs) continue;
    if (ms >= toMs || taken.length === wanted) break;
    taken.push(JSON.parse(line));
  }
  return taken;
}

/** True and false for the flights that are known to have been late or not; the others have none. */
async function readLabels(ids) {
  const known = new Map();
  for await (const line of linesOf('labels.ndjson.br')) {
    const { flight_id: id, late } = JSON.parse(line);
    if (ids.has(id) && late !== null) known.set(id, late);
  }
  return known;
}

async function* linesOf(file) {
  const text = createReadStream(join(FOLDER, 'data', file))
    .pipe(createBrotliDecompress())
    .setEncoding('utf8');
  let rest = '';
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    yield* lines;
  }
  if (rest !== '') yield rest;
}

async function score(rows) {
  const session = await InferenceSession.create(join(FOLDER, 'models/champion.onnx'), { intraOpNumThreads: 1 });
  const answers = [];
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const some = rows.slice(at, at + ROWS_AT_ONCE);
    const { probabilities } = await session.run({
      cat: new Tensor('string', some.flatMap(textsOf), [some.length, TEXTS.length]),
      num: new Tensor('float32', Float32Array.from(some.flatMap(numbersOf)), [some.length, NUMBERS.length]),
    });
    for (let row = 0; row < some.length; row += 1) answers.push(probabilities.data[row * 2 + 1]);
  }
  return answers;
}

function textsOf(flight) {
  return TEXTS.map((name) => flight[name]);
}

function numbersOf(flight) {
  return NUMBERS.map((name) => {
    const value = flight[name];
    return value === null || (name === 'wind_speed_mph' && value > STRONGEST_WIND_MPH) ? Number.NaN : value;
  });
}

function summarize() {
  const counts = { labelled: 0, late: 0, intervened: 0, correct: 0, value: 0 };
  flights.forEach(({ flight_id: id }, index) => {
    const isActedOn = scores[index] >= THRESHOLD;
    if (isActedOn) counts.intervened += 1;
    const isLate = labels.get(id);
    if (isLate === undefined) return;
    counts.labelled += 1;
    if (isLate) counts.late += 1;
    if (isLate === isActedOn) counts.correct += 1;
    if (isActedOn) counts.value += isLate ? VALUE.late : VALUE.onTime;
  });
  const { labelled, correct } = counts;
  return {
    events: flights.length,
    firstEventTime: flights.at(0)?.event_time ?? null,
    lastEventTime: flights.at(-1)?.event_time ?? null,
    ...counts,
    accuracy: labelled === 0 ? null : correct / labelled,
    currency: 'USD',
  };
}

function table(rows) {
  return Object.entries(rows)
    .map(([name, value]) => `${name.padEnd(15)} ${value}`)
    .join('\n');
}
