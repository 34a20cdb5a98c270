import {
  FlightPlan,
  HELD_BACK_MS,
  MAX_DUPLICATE_DISTANCE,
  type Noise,
  type PlannedRecord,
  REORDERED_MS,
} from './flight-plan.js';
import type { Flight } from './flight.js';
import { POISON } from './poison.js';
import { randomAt } from './random.js';

const aFlight = (index: number): Flight => {
  const id = `2013-04-01_XX${index}`;
  const fields = { flight_id: id, event_time: '2013-04-01T04:00:00Z', tailnum: `N${index % 50}`, carrier: 'XX' };
  return { index, id, eventTimeMs: index * 60_000, entity: `N${index % 50}`, text: JSON.stringify(fields) };
};

const noise: Noise = { seed: 7, duplicateShare: 0.05, poisonShare: 0.05, heldBackShare: 0.02, reorderedShare: 0.04 };
/** Flights come a minute apart. */
const LOOK_BACK = Math.max(MAX_DUPLICATE_DISTANCE, HELD_BACK_MS.to / 60_000);

/** What is sent of the flights from `from` up to `to`. */
const plan = (given: Noise, from = 0, to = 2_000): readonly PlannedRecord[] => {
  const flightPlan = new FlightPlan(given);
  const first = Math.max(0, from - LOOK_BACK);
  const flights = Array.from({ length: to - first }, (_, at) => aFlight(first + at));
  const turns = flights.map((flight) => flightPlan.turnOf(flight)).slice(from - first);
  return [...turns.flat(), ...flightPlan.rest()];
};

/** How long after its time a record is sent; 0 for what comes in its own turn. */
const delayMs = ({ turn, draft }: PlannedRecord): number => turn.eventTimeMs - draft.eventTimeMs;
const isInTime = (record: PlannedRecord): boolean => delayMs(record) === 0;

const described = ({ kind, turn, draft }: PlannedRecord): string =>
  `${kind} ${draft.id} ${draft.entity} in turn ${turn.index}: ${draft.value?.toString('latin1').slice(0, 60)}`;

describe('FlightPlan', () => {
  it('sends every flight once as an event, in order but for those that are held back', () => {
    const events = plan(noise).filter(({ kind }) => kind === 'event');
    expect(new Set(events.map(({ draft }) => draft.id)).size).toBe(2_000);
    expect(events).toHaveLength(2_000);
    // Behind the last flight comes what is left of those before it.
    const end = events.findIndex(({ turn }) => turn.index === 1_999);
    const inTime = events.slice(0, end).filter(isInTime);
    expect(inTime.map(({ turn }) => turn.index)).toEqual(
      inTime.map(({ turn }) => turn.index).toSorted((a, b) => a - b),
    );
    expect(inTime.length).toBeGreaterThan(1_800);
  });

  it('holds some events back for hours and some for minutes, until their time has passed by that much', () => {
    const { from, to } = HELD_BACK_MS;
    const records = plan(noise, 0, 4_000);
    // What is left at the end comes early.
    const complete = records.filter(({ draft }) => draft.eventTimeMs + to < 4_000 * 60_000);
    const delays = complete.filter(({ kind }) => kind === 'event').map(delayMs);
    const held = delays.filter((ms) => ms >= from);
    const reordered = delays.filter((ms) => ms > 0 && ms < from);
    expect(held.length).toBeGreaterThan(40);
    expect(held.length).toBeLessThan(110);
    expect(Math.max(...held)).toBeLessThanOrEqual(to + 60_000);
    expect(reordered.length).toBeGreaterThan(100);
    expect(Math.max(...reordered)).toBeLessThanOrEqual(REORDERED_MS.to + 60_000);
  });

  it('sends nothing of a flight before its event', () => {
    const seen = new Set<string>();
    for (const { kind, draft } of plan({ ...noise, poisonShare: 0.5, heldBackShare: 0.3 })) {
      const flight = draft.id.replace(/~.*$/, '');
      if (kind === 'event') seen.add(flight);
      else expect(seen).toContain(flight);
    }
  });

  it('makes the same records for the same seed, and others for another', () => {
    const first = plan(noise).map(described);
    expect(plan(noise).map(described)).toEqual(first);
    expect(plan({ ...noise, seed: 8 }).map(described)).not.toEqual(first);
  });

  it('goes on in the middle as if it had never stopped', () => {
    const whole = plan(noise).filter(({ turn }) => turn.index >= 900);
    expect(plan(noise, 900).map(described)).toEqual(whole.map(described));
  });

  it('repeats about the wanted share, byte by byte, later and within the distance', () => {
    const records = plan({ ...noise, poisonShare: 0, heldBackShare: 0, reorderedShare: 0 });
    const originals = new Map(
      records.filter(({ kind }) => kind === 'event').map((record) => [record.draft.id, record]),
    );
    const duplicates = records.filter(({ kind }) => kind === 'duplicate');
    expect(duplicates.length).toBeGreaterThan(70);
    expect(duplicates.length).toBeLessThan(130);
    const distances = duplicates.map(({ draft, turn }) => turn.index - (originals.get(draft.id)?.turn.index ?? NaN));
    expect(duplicates.map(({ draft }) => draft)).toEqual(duplicates.map(({ draft }) => originals.get(draft.id)?.draft));
    expect(Math.min(...distances.filter((distance) => distance !== 0))).toBeGreaterThan(0);
    expect(Math.max(...distances)).toBeLessThanOrEqual(MAX_DUPLICATE_DISTANCE);
  });

  it('is nothing but the flights without noise', () => {
    const records = plan({ seed: 1, duplicateShare: 0, poisonShare: 0, heldBackShare: 0, reorderedShare: 0 });
    expect(records.every(({ kind }) => kind === 'event')).toBe(true);
  });

  it('uses every kind of poison', () => {
    const poison = plan({ ...noise, poisonShare: 0.2 }).filter(({ kind }) => kind === 'poison');
    expect(new Set(poison.map(({ expectedReason }) => expectedReason))).toEqual(
      new Set(POISON.map(({ reason }) => reason)),
    );
  });
});

describe('POISON', () => {
  it.each(POISON)('$name differs from the good event', ({ name, make }) => {
    const draft = make(aFlight(3), randomAt(1, 1));
    const isSame = String(draft.value) === aFlight(3).text && Object.keys(draft.headers).length === 0;
    expect(isSame).toBe(false);
    expect(draft.id === aFlight(3).id).toBe(name === 'id-reused');
  });
});

describe('randomAt', () => {
  it('spreads evenly over neighbouring indexes', () => {
    const bins = Array.from({ length: 10 }, () => 0);
    for (let index = 0; index < 10_000; index += 1) {
      const bin = Math.floor(randomAt(42, index)() * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    // A fair generator is outside of this once in a million (5 standard deviations of 30).
    expect(Math.min(...bins)).toBeGreaterThan(850);
    expect(Math.max(...bins)).toBeLessThan(1_150);
  });
});
