"""The reference profile: how each feature was distributed in the champion's training rows, after cleaning."""

import numpy as np

from columns import CATEGORICAL, HARD_RANGES, IMPUTED, NUMERIC

BINS = 120
"""Divides by 10, 12, 20 and 24, so deciles of the same rows are exact sums of bins."""

MAX_COUNTED_VALUES = 50
"""A number with no more distinct values than this is also counted value by value."""


def profile(rows, description):
    names = CATEGORICAL + list(IMPUTED)
    features = [categorical(rows, name) for name in names] + [numeric(rows, name) for name in NUMERIC]
    return {"schema": "pitwall.profile/v1", "reference": description, "rows": len(rows), "features": features}


def categorical(rows, name):
    values = rows[name].fillna(IMPUTED[name]) if name in IMPUTED else rows[name]
    counts = values.value_counts().sort_index()
    return {
        "name": name,
        "type": "string",
        "missing": int(values.isna().sum()),
        "categories": [{"value": str(value), "count": int(count)} for value, count in counts.items()],
    }


def numeric(rows, name):
    values = rows[name].astype("float64").round(4).to_numpy()
    low, high = HARD_RANGES[name]
    kept = values[(values >= low) & (values <= high)]  # NaN is in no range
    edges = np.quantile(kept, np.linspace(0, 1, BINS + 1))
    distinct, counts = np.unique(kept, return_counts=True)
    out = {
        "name": name,
        "type": "number",
        "missing": int(len(values) - len(kept)),
        "min": figure(kept.min()),
        "max": figure(kept.max()),
        "mean": figure(kept.mean()),
        "sd": figure(kept.std()),
        "median": figure(np.median(kept)),
        "edges": [figure(e) for e in edges],
    }
    out["counts"] = bin_counts(kept, np.array(out["edges"]))
    if len(distinct) <= MAX_COUNTED_VALUES:
        out["values"] = [{"value": figure(v), "count": int(n)} for v, n in zip(distinct, counts)]
    return out


def bin_counts(values, edges):
    """Bin i is [edge i, edge i+1), the last one closed. Equal edges make empty bins: the value is in the last of them."""
    at = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    return np.bincount(at, minlength=len(edges) - 1).tolist()


def figure(number):
    rounded = round(float(number), 6)
    return int(rounded) if rounded == int(rounded) else rounded
