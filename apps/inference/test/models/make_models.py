"""Small models for the tests of the model child. Needs: onnx 1.23.

    python make_models.py        # writes trap.onnx and columns.onnx beside this file

trap.onnx misbehaves. Input `x` float32 [N, 4], output `score` float32 [N, 1]:

    column 0  the score itself: NaN or 7 makes an invalid score
    column 1  the rows' largest is the trip count of a loop: 1e18 keeps the runtime busy for ever
    column 2  a position in a table of two: another one makes the runtime throw
    column 3  the rows' largest is a number of float32 values to be allocated

columns.onnx has a tensor per feature, as exporters of pandas pipelines write them. Inputs `distance_mi` float32 [N, 1],
`sched_dep_minute` int64 [N, 1] and `carrier` string [N, 1], output `score` float32 [N, 1]:

    distance_mi / 10000 + sched_dep_minute / 10000 + (DL 0.3, B6 0.2, UA 0.1, any other 0.05)
"""

import os
import sys

from onnx import TensorProto, checker, helper, save

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(FOLDER, "../../../../packages/testing/models"))
from onnx_nodes import column, constant, counting_body, scalar  # noqa: E402


def largest(position, output):
    """Largest value of a column as a whole number."""
    return [
        *column(position, "%s_column" % output),
        helper.make_node("ReduceMax", ["%s_column" % output], ["%s_float" % output], keepdims=0),
        helper.make_node("Cast", ["%s_float" % output], [output], to=TensorProto.INT64),
    ]


def trap():
    nodes = [
        *column(0, "given"),
        *largest(1, "trips"),
        constant("zero", [0.0], TensorProto.FLOAT),
        scalar("always", True, TensorProto.BOOL),
        helper.make_node("Loop", ["trips", "always", "zero"], ["looped"], body=counting_body()),
        constant("table", [0.0, 0.0], TensorProto.FLOAT),
        *column(2, "position_float"),
        helper.make_node("Cast", ["position_float"], ["position"], to=TensorProto.INT64),
        helper.make_node("Gather", ["table", "position"], ["looked_up"], axis=0),
        *largest(3, "size"),
        constant("one_dimension", [1]),
        helper.make_node("Reshape", ["size", "one_dimension"], ["size_shape"]),
        helper.make_node("ConstantOfShape", ["size_shape"], ["filled"]),
        constant("first_axis", [0]),
        helper.make_node("ReduceSum", ["filled", "first_axis"], ["filled_sum"], keepdims=1),
        helper.make_node("Add", ["given", "looped"], ["with_loop"]),
        helper.make_node("Add", ["with_loop", "looked_up"], ["with_table"]),
        helper.make_node("Add", ["with_table", "filled_sum"], ["score"]),
    ]
    graph = helper.make_graph(
        nodes,
        "trap",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 4])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["N", 1])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model, full_check=True)
    return model


def columns():
    nodes = [
        constant("per_unit", [0.0001], TensorProto.FLOAT),
        helper.make_node("Mul", ["distance_mi", "per_unit"], ["by_distance"]),
        helper.make_node("Cast", ["sched_dep_minute"], ["minute"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["minute", "per_unit"], ["by_minute"]),
        helper.make_node(
            "LabelEncoder",
            ["carrier"],
            ["by_carrier"],
            domain="ai.onnx.ml",
            keys_strings=["DL", "B6", "UA"],
            values_floats=[0.3, 0.2, 0.1],
            default_float=0.05,
        ),
        helper.make_node("Add", ["by_distance", "by_minute"], ["by_numbers"]),
        helper.make_node("Add", ["by_numbers", "by_carrier"], ["score"]),
    ]
    graph = helper.make_graph(
        nodes,
        "columns",
        [
            helper.make_tensor_value_info("distance_mi", TensorProto.FLOAT, ["N", 1]),
            helper.make_tensor_value_info("sched_dep_minute", TensorProto.INT64, ["N", 1]),
            helper.make_tensor_value_info("carrier", TensorProto.STRING, ["N", 1]),
        ],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["N", 1])],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 2)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    checker.check_model(model, full_check=True)
    return model


if __name__ == "__main__":
    save(trap(), os.path.join(FOLDER, "trap.onnx"))
    save(columns(), os.path.join(FOLDER, "columns.onnx"))
