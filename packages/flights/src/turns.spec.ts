import { NOISE } from './flight-plan.js';
import type { Flight } from './flight.js';
import { LABEL_NOISE } from './label-plan.js';
import type { Label } from './label.js';
import { type Cursor, LOOK_BACK_MS, planTurns, type Turn, type TurnOptions } from './turns.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const COUNT = 9_000;

const aFlight = (index: number): Flight => {
  const id = `f${index}`;
  return {
    index,
    id,
    eventTimeMs: index * MINUTE_MS,
    entity: `N${index % 50}`,
    text: JSON.stringify({ flight_id: id }),
  };
};

/** As in the data set: at least an hour after the event, in the order in which they became known. */
const LABELS: readonly Label[] = Array.from({ length: COUNT }, (_, index) => ({
  flightId: `f${index}`,
  knownMs: index * MINUTE_MS + 2 * HOUR_MS + ((index * 7919) % 301) * MINUTE_MS,
  isLate: index % 35 === 0 ? null : index % 4 === 0,
}))
  .toSorted((a, b) => a.knownMs - b.knownMs)
  .map((label, index) => ({ ...label, index }));

async function* flightsOf(from: number, to: number): AsyncGenerator<Flight> {
  for (let index = from; index < to; index += 1) yield aFlight(index);
}

async function* labelsFrom(ms: number): AsyncGenerator<Label> {
  yield* LABELS.filter(({ knownMs }) => knownMs >= ms);
}

const options: TurnOptions = {
  noise: { seed: 7, ...NOISE, ...LABEL_NOISE, heldBackShare: 0.05, correctedShare: 0.05 },
  source: '/f',
  start: { flight: 0, label: 0 },
  labelsAfterEnd: 'sent',
};

/** The replay of the flights up to `to`, begun at a cursor with no more than has to be read again. */
const turnsOf = async (given: Partial<TurnOptions> = {}, to = COUNT): Promise<Turn[]> => {
  const { start = options.start } = given;
  const fromMs = Math.max(0, start.flight * MINUTE_MS - LOOK_BACK_MS);
  const sources = { flights: flightsOf(fromMs / MINUTE_MS, to), labels: labelsFrom(fromMs) };
  const turns: Turn[] = [];
  for await (const turn of planTurns(sources, { ...options, ...given })) turns.push(turn);
  return turns;
};

const contentOf = ({ events, feedback }: Turn): readonly string[] => [
  ...events.map(({ kind, draft }) => `${kind} ${draft.id}`),
  ...feedback.map(({ kind, value }) => `${kind} ${String(value)}`),
];

describe('planTurns', () => {
  it('interleaves events and labels in the order of event time', async () => {
    const turns = await turnsOf();
    const last = turns.findLastIndex(({ atMs }) => atMs === (COUNT - 1) * MINUTE_MS);
    const times = turns.slice(0, last).map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(turns.some(({ feedback }) => feedback.length > 0)).toBe(true);
    expect(turns.every(({ events, feedback }) => events.length + feedback.length > 0)).toBe(true);
  });

  it('sends every label that became known, and some before their event', async () => {
    const labelled = new Set<string>();
    const decided = new Set<string>();
    let early = 0;
    for (const { events, feedback } of await turnsOf()) {
      for (const { kind, draft } of events) if (kind === 'event') decided.add(draft.id);
      for (const { expected, value } of feedback) {
        if (expected !== 'joined') continue;
        const { id } = JSON.parse(String(value)) as { id: string };
        labelled.add(id);
        if (!decided.has(id)) early += 1;
      }
    }
    expect(labelled).toEqual(new Set(LABELS.filter(({ isLate }) => isLate !== null).map(({ flightId }) => flightId)));
    expect(early).toBeGreaterThan(20);
  });

  it('leaves what is not known at the last flight to a later replay where it is asked to', async () => {
    const left = await turnsOf({ labelsAfterEnd: 'left' }, 1_000);
    const known = LABELS.filter(({ knownMs, isLate }) => knownMs < 999 * MINUTE_MS && isLate !== null).length;
    const labels = left.flatMap(({ feedback }) => feedback).filter(({ kind }) => kind === 'label' || kind === 'wrong');
    expect(labels).toHaveLength(known);
  });

  it('does not send labels of flights that are not replayed', async () => {
    const turns = await turnsOf({}, 500);
    const ids = turns.flatMap(({ feedback }) => feedback.map(({ value }) => /"id":"f(\d+)"/.exec(String(value))?.[1]));
    expect(Math.max(...ids.filter((id) => id !== undefined).map(Number))).toBeLessThan(500);
  });

  it('goes on at any turn as if it had never stopped', async () => {
    const whole = await turnsOf();
    for (const at of [1, 5_000, 9_999, 14_321]) {
      const start = whole.at(at - 1)?.next as Cursor;
      const rest = await turnsOf({ start });
      expect(rest.map(contentOf)).toEqual(whole.slice(at).map(contentOf));
    }
  });
});
