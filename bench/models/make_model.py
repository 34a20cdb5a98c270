"""The model of the fault runs that some events are deadly for. Needs: onnx 1.23.

    python make_model.py        # writes treacherous.onnx beside this file

Input `x` float32 [N, 2] (distance_mi, sched_dep_minute), output `score` float32 [N, 1]: the departure as a share of the day.
Three distances that no flight has do to it what an untrusted file can do, by operators that any exporter may write:

    5001  a loop of 10^18 trips keeps the runtime busy for ever
    5002  eight tensors of 1 GiB each are filled, which the system grants one by one
    5003  the least 64-bit integer is divided by -1: the processor's own error, which the runtime does not catch (x86-64)
"""

import os
import sys

from onnx import TensorProto, checker, helper, save

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(FOLDER, "../../packages/testing/models"))
from onnx_nodes import column, constant, counting_body, scalar  # noqa: E402

HANGS, GROWS, CRASHES = 5001.0, 5002.0, 5003.0
TRIPS = 10**18
TENSORS, FLOATS = 8, 2**28


def rows_of(distance, output):
    """1 for each row of this distance, 0 for every other, as whole numbers."""
    return [
        constant("%s_distance" % output, [distance], TensorProto.FLOAT),
        helper.make_node("Equal", ["distance", "%s_distance" % output], ["%s_is" % output]),
        helper.make_node("Cast", ["%s_is" % output], [output], to=TensorProto.INT64),
    ]


def times(rows, factor, output):
    """The factor where any row is marked, else 0."""
    return [
        scalar("%s_factor" % output, factor, TensorProto.INT64),
        helper.make_node("ReduceMax", [rows], ["%s_any" % output], keepdims=0),
        helper.make_node("Mul", ["%s_any" % output, "%s_factor" % output], [output]),
    ]


def hanging():
    return [
        *rows_of(HANGS, "hanging"),
        *times("hanging", TRIPS, "trips"),
        scalar("always", True, TensorProto.BOOL),
        constant("zero", [0.0], TensorProto.FLOAT),
        helper.make_node("Loop", ["trips", "always", "zero"], ["looped"], body=counting_body()),
    ]


def growing():
    """Tensors of different numbers, so that they are not made one; the sum of all, so that all are there at a time."""
    names = ["filled_%d" % number for number in range(TENSORS)]
    return [
        *rows_of(GROWS, "growing"),
        *times("growing", FLOATS, "floats"),
        constant("one_dimension", [1]),
        helper.make_node("Reshape", ["floats", "one_dimension"], ["size"]),
        *[
            helper.make_node(
                "ConstantOfShape", ["size"], [name], value=helper.make_tensor("v", TensorProto.FLOAT, [1], [number])
            )
            for number, name in enumerate(names)
        ],
        helper.make_node("Sum", names, ["all_filled"]),
        constant("first_axis", [0]),
        helper.make_node("ReduceSum", ["all_filled", "first_axis"], ["filled"], keepdims=1),
    ]


def crashing():
    """The least number divided by 1, less itself: 0. Divided by -1 it is more than 64 bits hold."""
    return [
        *rows_of(CRASHES, "crashing"),
        constant("one", [1]),
        constant("two", [2]),
        constant("least", [-(2**63)]),
        helper.make_node("Mul", ["crashing", "two"], ["twice"]),
        helper.make_node("Sub", ["one", "twice"], ["divisor"]),
        helper.make_node("Div", ["least", "divisor"], ["quotient"]),
        helper.make_node("Sub", ["quotient", "least"], ["nothing"]),
        helper.make_node("Cast", ["nothing"], ["divided"], to=TensorProto.FLOAT),
    ]


def treacherous():
    nodes = [
        *column(0, "distance"),
        *column(1, "minute"),
        constant("per_day", [1 / 1440], TensorProto.FLOAT),
        helper.make_node("Mul", ["minute", "per_day"], ["share"]),
        *hanging(),
        *growing(),
        *crashing(),
        helper.make_node("Add", ["share", "looped"], ["with_loop"]),
        helper.make_node("Add", ["with_loop", "filled"], ["with_filled"]),
        helper.make_node("Add", ["with_filled", "divided"], ["score"]),
    ]
    graph = helper.make_graph(
        nodes,
        "treacherous",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 2])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["N", 1])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model, full_check=True)
    return model


if __name__ == "__main__":
    save(treacherous(), os.path.join(FOLDER, "treacherous.onnx"))
