"""The events and labels as a producer would have published them, one JSON document a line."""

import json
import os

import numpy as np

from columns import NUMERIC

TEXT = ["carrier", "flight", "tailnum", "origin", "dest", "weekday", "plane_manufacturer"]


def write_dataset(f, folder):
    write_lines(os.path.join(folder, "flights.ndjson"), events(f))
    write_lines(os.path.join(folder, "labels.ndjson"), labels(f))


def events(f):
    """In order of event time, which is the order of scheduled departure."""
    columns = {c: f[c].astype(object).where(f[c].notna(), None).tolist() for c in TEXT}
    columns |= {c: f[c].astype("float64").tolist() for c in NUMERIC}
    ids = f.flight_id.tolist()
    times = zip(iso(f.event_time), iso(f.sched), iso(f.sched_arr))
    for i, (event_time, sched_dep, sched_arr) in enumerate(times):
        row = {"flight_id": ids[i], "event_time": event_time, "sched_dep_time": sched_dep, "sched_arr_time": sched_arr}
        for column in TEXT + NUMERIC:
            row[column] = plain(columns[column][i])
        yield row


def labels(f):
    """In the order in which they become known: at landing, hours after the event.

    When a cancellation or diversion became known is not in the source. Those times are synthetic: scheduled
    departure, or scheduled arrival and 180 minutes. They carry no delay and no label.
    """
    cancelled = f.dep_delay.isna() & f.dep_time.isna()
    status = np.where(cancelled, "cancelled", np.where(f.arr_delay.isna(), "diverted", "arrived"))
    notice = np.where(status == "cancelled", f.sched, f.sched_arr + 180)
    known = np.where(status == "arrived", f.arr.fillna(0), notice).astype("int64")
    known_at, ids, late = iso(known), f.flight_id.tolist(), f.late.tolist()
    dep_delay, arr_delay = f.dep_delay.tolist(), f.arr_delay.tolist()
    for i in np.argsort(known, kind="stable"):
        yield {
            "flight_id": ids[i],
            "known_time": known_at[i],
            "status": str(status[i]),
            "dep_delay_min": plain(dep_delay[i]),
            "arr_delay_min": plain(arr_delay[i]),
            "late": None if np.isnan(late[i]) else bool(late[i]),
        }


def iso(minutes):
    stamps = (np.asarray(minutes, dtype="int64") * 60).astype("datetime64[s]")
    return [str(stamp) + "Z" for stamp in np.datetime_as_string(stamps, unit="s")]


def plain(value):
    """A JSON value: NaN is null, floats have four decimals, whole floats are integers."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, float):
        rounded = round(value, 4)
        return int(rounded) if rounded == int(rounded) else rounded
    return value


def write_lines(path, rows):
    with open(path, "wb") as out:
        for row in rows:
            out.write((json.dumps(row, separators=(",", ":")) + "\n").encode())
