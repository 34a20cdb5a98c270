"""The three models, and how they become ONNX files whose bytes are the same at every run."""

import os

import numpy as np
import onnxruntime
from lightgbm import LGBMClassifier
from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm
from skl2onnx import convert_sklearn, update_registered_converter
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from skl2onnx.common.shape_calculator import calculate_linear_classifier_output_shapes
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from columns import CATEGORICAL, LATE_MIN, MODEL_COLUMNS, NUMERIC
from flights import labelled

SEED = 20130101
CATEGORICAL_AT = list(range(len(CATEGORICAL)))
NUMERIC_AT = list(range(len(CATEGORICAL), len(MODEL_COLUMNS)))


def to_celsius(f):
    g = f.copy()
    g["temp_f"] = ((g.temp_f - 32) / 1.8).astype("float32")
    return g


def logistic_regression():
    """Fills what is missing with the training median, inside the model."""
    numeric = Pipeline([("imp", SimpleImputer(strategy="median")), ("sc", StandardScaler())])
    columns = ColumnTransformer(
        [("cat", OneHotEncoder(handle_unknown="ignore"), CATEGORICAL_AT), ("num", numeric, NUMERIC_AT)]
    )
    return Pipeline([("ct", columns), ("lr", LogisticRegression(C=0.1, max_iter=300))])


def boosted_trees():
    """Learns from what is missing: every split sends NaN to one side."""
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False, dtype=np.float32)
    columns = ColumnTransformer([("cat", one_hot, CATEGORICAL_AT), ("num", "passthrough", NUMERIC_AT)])
    trees = LGBMClassifier(
        n_estimators=300,
        learning_rate=0.05,
        num_leaves=31,
        min_child_samples=200,
        subsample=0.8,
        subsample_freq=1,
        colsample_bytree=0.5,
        reg_lambda=5.0,
        random_state=SEED,
        n_jobs=1,
        deterministic=True,
        force_row_wise=True,
        verbose=-1,
    )
    return Pipeline([("ct", columns), ("gbm", trees)])


MODELS = {
    "champion": {
        "description": "Logistic regression on January to March.",
        "months": (1, 3),
        "estimator": logistic_regression,
        "seen_as": lambda f: f,
    },
    "candidate-a": {
        "description": "LightGBM, 300 trees, on January to June.",
        "months": (1, 6),
        "estimator": boosted_trees,
        "seen_as": lambda f: f,
    },
    "candidate-b": {
        "description": "As candidate-a, but trained with temperatures in Celsius while events carry Fahrenheit.",
        "months": (1, 6),
        "estimator": boosted_trees,
        "seen_as": to_celsius,
    },
}


def training_rows(spec, f):
    return labelled(spec["seen_as"](f), *spec["months"])


def fit(spec, f):
    rows = training_rows(spec, f)
    return spec["estimator"]().fit(rows[MODEL_COLUMNS], rows.late.astype(int))


def write_onnx(model, name, path):
    update_registered_converter(
        LGBMClassifier,
        "LightGbmLGBMClassifier",
        calculate_linear_classifier_output_shapes,
        convert_lightgbm,
        options={"nocl": [True, False], "zipmap": [True, False, "columns"]},
    )
    graph = convert_sklearn(
        model,
        name=name,
        initial_types=[
            ("cat", StringTensorType([None, len(CATEGORICAL)])),
            ("num", FloatTensorType([None, len(NUMERIC)])),
        ],
        options={id(model.steps[-1][1]): {"zipmap": False}},
        target_opset={"": 17, "ai.onnx.ml": 3},
    )
    sort_opsets(graph)
    inputs = "inputs cat=%s num=%s" % (",".join(CATEGORICAL), ",".join(NUMERIC))
    graph.doc_string = "P(arrival > %d min late); %s" % (LATE_MIN, inputs)
    with open(path, "wb") as out:
        out.write(graph.SerializeToString())


def sort_opsets(graph):
    """The converter leaves them in the order of a hash seed: the bytes would differ from run to run."""
    opsets = sorted((o.domain, o.version) for o in graph.opset_import)
    del graph.opset_import[:]
    for domain, version in opsets:
        entry = graph.opset_import.add()
        entry.domain, entry.version = domain, version


def open_session(folder, name):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    path = os.path.join(folder, name + ".onnx")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def scores(session, f):
    """P(late) as the deployed file answers it, so that a fault of the conversion is seen."""
    inputs = {"cat": f[CATEGORICAL].to_numpy(dtype=object), "num": f[NUMERIC].to_numpy(dtype=np.float32)}
    return session.run(["probabilities"], inputs)[0][:, 1]
