"""Models that misbehave, for the tests of the model child. Needs: onnx 1.23.

    python make_models.py        # writes trap.onnx beside this file

Input `x` float32 [N, 4], output `score` float32 [N, 1]:

    column 0  the score itself: NaN or 7 makes an invalid score
    column 1  the rows' largest is the trip count of a loop: 1e18 keeps the runtime busy for ever
    column 2  a position in a table of two: another one makes the runtime throw
    column 3  the rows' largest is a number of float32 values to be allocated
"""

import os

from onnx import TensorProto, checker, helper, save

FOLDER = os.path.dirname(os.path.abspath(__file__))


def constant(name, values, element=TensorProto.INT64):
    return helper.make_node("Constant", [], [name], value=helper.make_tensor(name, element, [len(values)], values))


def column(position, output):
    return [
        constant("%s_at" % output, [position]),
        helper.make_node("Gather", ["x", "%s_at" % output], [output], axis=1),
    ]


def largest(position, output):
    """Largest value of a column as a whole number."""
    return [
        *column(position, "%s_column" % output),
        helper.make_node("ReduceMax", ["%s_column" % output], ["%s_float" % output], keepdims=0),
        helper.make_node("Cast", ["%s_float" % output], [output], to=TensorProto.INT64),
    ]


def counting_body():
    """One trip of the loop: carries a number along."""
    return helper.make_graph(
        [
            helper.make_node("Identity", ["go_on_before"], ["go_on"]),
            helper.make_node("Identity", ["carried_before"], ["carried"]),
        ],
        "trip",
        [
            helper.make_tensor_value_info("trip_number", TensorProto.INT64, []),
            helper.make_tensor_value_info("go_on_before", TensorProto.BOOL, []),
            helper.make_tensor_value_info("carried_before", TensorProto.FLOAT, [1]),
        ],
        [
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("carried", TensorProto.FLOAT, [1]),
        ],
    )


def trap():
    nodes = [
        *column(0, "given"),
        *largest(1, "trips"),
        constant("zero", [0.0], TensorProto.FLOAT),
        helper.make_node(
            "Constant", [], ["always"], value=helper.make_tensor("always", TensorProto.BOOL, [], [True])
        ),
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


if __name__ == "__main__":
    save(trap(), os.path.join(FOLDER, "trap.onnx"))
