import { defaultSource, HEADER } from '@pitwall/contracts';
import type { ForeignMessage } from '@pitwall/testing';
import type { TestPlatform } from './test-platform.js';

/** A whole event of the flights; every case changes what it is about. */
export const aFlight = (change: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  flight_id: '2013-04-01_XX1_JFK_0800',
  event_time: '2013-04-01T11:00:00Z',
  sched_dep_time: '2013-04-01T12:00:00Z',
  sched_arr_time: '2013-04-01T15:00:00Z',
  carrier: 'B6',
  flight: 1,
  tailnum: 'N001XX',
  origin: 'JFK',
  dest: 'SFO',
  weekday: 'mon',
  plane_manufacturer: 'AIRBUS',
  distance_mi: 2586,
  sched_dep_minute: 480,
  sched_block_min: 390,
  plane_age_years: 5,
  plane_seats: 200,
  temp_f: 50,
  humid_pct: 60,
  wind_speed_mph: 8,
  precip_in: 0,
  pressure_hpa: 1015,
  visib_mi: 10,
  origin_sched_dep_1h: 22,
  origin_dep_delay_mean_2h: 5,
  origin_overdue_share_2h: 0.1,
  dest_arr_delay_mean_6h: 2,
  prev_leg_arr_delay_min: null,
  ...change,
});

/** CloudEvents headers, binary mode. */
export const cloudEvent = (
  { pipeline }: Pick<TestPlatform, 'pipeline'>,
  id: string,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => ({
  [HEADER.ceSpecVersion]: '1.0',
  [HEADER.ceId]: id,
  [HEADER.ceSource]: defaultSource(pipeline.name),
  [HEADER.ceType]: pipeline.event.type,
  [HEADER.contentType]: 'application/json',
  ...more,
});

/** A flight as a CloudEvent of its own id. */
export const flightMessage = (
  platform: Pick<TestPlatform, 'pipeline'>,
  id: string,
  change: Readonly<Record<string, unknown>> = {},
): ForeignMessage => {
  const flight = aFlight({ flight_id: id, ...change });
  const { tailnum } = flight;
  return {
    key: typeof tailnum === 'string' ? tailnum : id,
    value: JSON.stringify(flight),
    headers: cloudEvent(platform, id),
  };
};
