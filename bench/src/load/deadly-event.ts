import { draftOf, type ProducedPipeline, rawRecord } from '@pitwall/flights';
import type { LoadRecord } from './planned-load.js';

/** What makes a flight deadly, and how its event is called. */
export interface DeadlyFlight {
  readonly id: string;
  /** At most ten characters, says the schema. */
  readonly tailnum: string;
  readonly miles: number;
}

/** Any flight: to look one up in the data set takes a second, in which nobody sends. */
const FLIGHT = {
  event_time: '2013-04-01T08:00:00Z',
  sched_dep_time: '2013-04-01T09:00:00Z',
  sched_arr_time: '2013-04-01T10:40:00Z',
  carrier: 'US',
  flight: 1843,
  origin: 'EWR',
  dest: 'CLT',
  weekday: 'mon',
  plane_manufacturer: 'AIRBUS',
  distance_mi: 529,
  sched_dep_minute: 300,
  sched_block_min: 100,
  plane_age_years: 1,
  plane_seats: 379,
  temp_f: 46.4,
  humid_pct: 100,
  wind_speed_mph: 9.2,
  precip_in: 0,
  pressure_hpa: null,
  visib_mi: 10,
  origin_sched_dep_1h: 2,
  origin_dep_delay_mean_2h: null,
  origin_overdue_share_2h: null,
  dest_arr_delay_mean_6h: 2.5,
  prev_leg_arr_delay_min: -16,
};

/**
 * The event of a flight that nothing is wrong with but that the model does not survive it, and the next one of the same aircraft, which
 * waits behind it and is decided.
 */
export function deadlyEvent({ id, tailnum, miles }: DeadlyFlight, pipeline: ProducedPipeline): readonly LoadRecord[] {
  const deadly = eventOf({ flight_id: id, tailnum, distance_mi: miles }, pipeline);
  const next = eventOf({ flight_id: `${id}-next`, tailnum }, pipeline);
  return [
    { kind: 'event', record: deadly, endings: ['model_row_failed'] },
    { kind: 'event', record: next, endings: [null] },
  ];
}

function eventOf(
  change: { readonly flight_id: string; readonly tailnum: string; readonly distance_mi?: number },
  pipeline: ProducedPipeline,
): LoadRecord['record'] {
  const text = JSON.stringify({ ...FLIGHT, ...change });
  const eventTimeMs = Date.parse(FLIGHT.event_time);
  const draft = draftOf({ index: 0, id: change.flight_id, entity: change.tailnum, eventTimeMs, text });
  return rawRecord(draft, pipeline);
}
