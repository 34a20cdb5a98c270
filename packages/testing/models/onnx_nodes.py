"""Nodes that the models of tests and of fault runs are made of. Needs: onnx 1.23."""

from onnx import TensorProto, helper


def constant(name, values, element=TensorProto.INT64):
    return helper.make_node("Constant", [], [name], value=helper.make_tensor(name, element, [len(values)], values))


def scalar(name, value, element):
    return helper.make_node("Constant", [], [name], value=helper.make_tensor(name, element, [], [value]))


def column(position, output):
    return [
        constant("%s_at" % output, [position]),
        helper.make_node("Gather", ["x", "%s_at" % output], [output], axis=1),
    ]


def counting_body():
    """One trip of a loop: carries a number along."""
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
