"""What had happened in a stretch of time before each row, by key."""

import numpy as np


def window_mean(happened, asked, before_min, after_min):
    """Mean and count of what happened with the same key in [t - before, t + after), for each asked (key, t).

    `happened` is (keys, times, values). The mean of nothing is NaN.
    """
    keys, times, values = happened
    asked_keys, asked_times = asked
    mean, count = np.full(len(asked_times), np.nan), np.zeros(len(asked_times))
    for key in np.unique(asked_keys):
        here, rows = keys == key, np.flatnonzero(asked_keys == key)
        order = np.argsort(times[here], kind="stable")
        t, v = times[here][order], values[here][order]
        total = np.concatenate([[0.0], np.cumsum(v)])
        a = np.searchsorted(t, asked_times[rows] - before_min)
        b = np.searchsorted(t, asked_times[rows] + after_min)
        n = b - a
        count[rows] = n
        with np.errstate(invalid="ignore", divide="ignore"):
            mean[rows] = np.where(n > 0, (total[b] - total[a]) / n, np.nan)
    return mean, count


def last_before(times, values, rows, asked_times, within_min):
    """Among `rows`, the value of the newest time before each asked time and at most `within_min` old, or NaN."""
    known = rows[~np.isnan(times[rows])]
    known = known[np.argsort(times[known], kind="stable")]
    if len(known) == 0:
        return np.full(len(asked_times), np.nan)
    newest = np.searchsorted(times[known], asked_times) - 1
    at = np.maximum(newest, 0)
    fresh = (newest >= 0) & (asked_times - times[known][at] < within_min)
    return np.where(fresh, values[known][at], np.nan)
