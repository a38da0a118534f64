"""Write the small models of ortwrap's tests: what plain onnxruntime_go can't run, or what is hard to find elsewhere.

    pip install numpy onnx
    python models.py
"""

import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

here = pathlib.Path(__file__).parent


def tensor(name, element, shape):
    return helper.make_tensor_value_info(name, element, shape)


def save(name, nodes, inputs, outputs, initializers=(), ir=8, opset=17, shapes=True):
    graph = helper.make_graph(nodes, name, inputs, outputs, list(initializers))
    model = helper.make_model(graph, ir_version=ir, opset_imports=[helper.make_opsetid("", opset)])
    onnx.checker.check_model(model)
    if not shapes:  # ORT takes any shape then; the checker does not like it
        for value in [*model.graph.input, *model.graph.output]:
            value.type.tensor_type.ClearField("shape")
    onnx.save(model, here / f"{name}.onnx")


# No inputs, and a scalar as output.
save("constant", [helper.make_node("Constant", [], ["answer"], value_float=42.0)], [],
     [tensor("answer", TensorProto.FLOAT, [])])

# Elements that Go lacks, in an output whose shape the model does not fix.
for name, element in [("half", TensorProto.FLOAT16), ("words", TensorProto.STRING)]:
    save(name, [helper.make_node("Identity", ["x"], ["y"])], [tensor("x", element, ["n"])],
         [tensor("y", element, ["n"])])

# 4-bit elements, for which ORT has no Identity: to float and back.
for name, element in [("int4", TensorProto.INT4), ("uint4", TensorProto.UINT4)]:
    save(name,
         [helper.make_node("DequantizeLinear", ["x", "one"], ["float"]),
          helper.make_node("QuantizeLinear", ["float", "one"], ["y"], output_dtype=element)],
         [tensor("x", element, ["n"])], [tensor("y", element, ["n"])],
         [numpy_helper.from_array(np.float32(1), "one")], ir=10, opset=21, shapes=False)

sequence = helper.make_tensor_sequence_value_info
save("split", [helper.make_node("SplitToSequence", ["x"], ["parts"])], [tensor("x", TensorProto.FLOAT, ["n"])],
     [sequence("parts", TensorProto.FLOAT, None)])
save("join", [helper.make_node("ConcatFromSequence", ["parts"], ["x"], axis=0)],
     [sequence("parts", TensorProto.FLOAT, None)], [tensor("x", TensorProto.FLOAT, ["n"])])
save("length", [helper.make_node("SequenceLength", ["parts"], ["n"])], [sequence("parts", TensorProto.FLOAT, None)],
     [tensor("n", TensorProto.INT64, [])])
# Sequences with items that onnxruntime_go can't hold: a scalar after a good one, float16.
save("mixed", [helper.make_node("SequenceConstruct", ["x", "one"], ["parts"])], [tensor("x", TensorProto.FLOAT, ["n"])],
     [sequence("parts", TensorProto.FLOAT, None)], [numpy_helper.from_array(np.float32(1), "one")])
save("halves", [helper.make_node("SplitToSequence", ["x"], ["parts"])], [tensor("x", TensorProto.FLOAT16, ["n"])],
     [sequence("parts", TensorProto.FLOAT16, None)])
save("nothing", [helper.make_node("SequenceEmpty", [], ["none"])], [], [sequence("none", TensorProto.FLOAT, None)])

content = helper.make_tensor_type_proto(TensorProto.FLOAT, [1])
save("absent", [helper.make_node("Optional", [], ["maybe"], type=content)], [],
     [helper.make_value_info("maybe", helper.make_optional_type_proto(content))])

save("present", [helper.make_node("OptionalHasElement", ["maybe"], ["yes"])],
     [helper.make_value_info("maybe", helper.make_optional_type_proto(content))], [tensor("yes", TensorProto.BOOL, [])])

# Adds 1 as often as told: with a large number it runs until it is stopped.
body = helper.make_graph(
    [helper.make_node("Identity", ["go"], ["still"]), helper.make_node("Add", ["sum", "one"], ["more"])],
    "body",
    [tensor("i", TensorProto.INT64, []), tensor("go", TensorProto.BOOL, []), tensor("sum", TensorProto.FLOAT, [1])],
    [tensor("still", TensorProto.BOOL, []), tensor("more", TensorProto.FLOAT, [1])],
)
save(
    "count",
    [helper.make_node("Loop", ["times", "yes", "zero"], ["count"], body=body)],
    [tensor("times", TensorProto.INT64, [1])],
    [tensor("count", TensorProto.FLOAT, [1])],
    [
        numpy_helper.from_array(np.array(True), "yes"),
        numpy_helper.from_array(np.zeros(1, np.float32), "zero"),
        numpy_helper.from_array(np.ones(1, np.float32), "one"),
    ],
)

# An input that is an output too, and as many outputs as the input has elements that are not zero.
save("through", [helper.make_node("Identity", ["x"], ["y"])], [tensor("x", TensorProto.FLOAT, ["n"])],
     [tensor("x", TensorProto.FLOAT, ["n"]), tensor("y", TensorProto.FLOAT, ["n"])])
save("nonzero", [helper.make_node("NonZero", ["x"], ["at"])], [tensor("x", TensorProto.FLOAT, ["n"])],
     [tensor("at", TensorProto.INT64, [1, "m"])])

# As many dimensions as are described in one call, and one more.
for name, rank in [("deep", 8), ("deeper", 9)]:
    shape = [1] * (rank - 1) + [2]
    save(name, [helper.make_node("Constant", [], ["x"], value=numpy_helper.from_array(
        np.array([1, 2], np.float32).reshape(shape)))], [], [tensor("x", TensorProto.FLOAT, shape)])

# An operator of a type that ORT has no kernel for.
save("unknown", [helper.make_node("Max", ["x", "x"], ["y"])], [tensor("x", TensorProto.INT8, [1])],
     [tensor("y", TensorProto.INT8, [1])])


def save_unchecked(name, node="Identity", node_domain="", opset=17, ir_version=8, initializers=(), **said):
    """Write a model of one operator that the checker would refuse, or that says more than most."""
    inputs = ["x"] + [i.name for i in initializers]
    graph = helper.make_graph([helper.make_node(node, inputs, ["y"], domain=node_domain)], name,
                              [tensor("x", TensorProto.FLOAT, ["n"])], [tensor("y", TensorProto.FLOAT, ["n"])],
                              list(initializers), doc_string=said.pop("graph_description", ""))
    opsets = [helper.make_opsetid("", opset)] + ([helper.make_opsetid(node_domain, 1)] if node_domain else [])
    custom = said.pop("custom", {})
    model = helper.make_model(graph, ir_version=ir_version, opset_imports=opsets, **said)
    helper.set_model_props(model, custom)
    (here / f"{name}.onnx").write_bytes(model.SerializeToString())


# Models that ORT refuses: of an opset and of a file format that will not come soon, with operators that nobody has.
save_unchecked("newer", opset=99)
save_unchecked("newerformat", ir_version=99)
save_unchecked("misspelt", node="Identitty")
save_unchecked("foreign", node="Frobnicate", node_domain="com.example")

# Weights in a file of their own, [1, 2, 3, 4].
weights = np.arange(1, 5, dtype="<f4")
(here / "external.bin").write_bytes(weights.tobytes())
outside = numpy_helper.from_array(weights, "weights")
outside.ClearField("raw_data")
outside.data_location = TensorProto.EXTERNAL
for key, value in [("location", "external.bin"), ("offset", "0"), ("length", "16")]:
    outside.external_data.add(key=key, value=value)
save_unchecked("external", node="Add", initializers=[outside])

# A model that says all that a model can say about itself.
save_unchecked("described", producer_name="models.py", domain="org.example", model_version=3,
               doc_string="gives back what it gets", graph_description="one operator",
               custom={"author": "nobody", "empty": ""})

# A function that calls itself: ORT would run out of stack.
endless = helper.make_function("org.example", "Again", ["a"], ["b"],
                               [helper.make_node("Again", ["a"], ["b"], domain="org.example")],
                               [helper.make_opsetid("", 17), helper.make_opsetid("org.example", 1)])
graph = helper.make_graph([helper.make_node("Again", ["x"], ["y"], domain="org.example")], "endless",
                          [tensor("x", TensorProto.FLOAT, ["n"])], [tensor("y", TensorProto.FLOAT, ["n"])])
model = helper.make_model(graph, ir_version=8, functions=[endless],
                          opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("org.example", 1)])
(here / "endless.onnx").write_bytes(model.SerializeToString())

# An initializer that nothing uses: ORT warns when it drops it.
save("unused", [helper.make_node("Identity", ["x"], ["y"])], [tensor("x", TensorProto.FLOAT, [1])],
     [tensor("y", TensorProto.FLOAT, [1])], [numpy_helper.from_array(np.zeros(1, np.float32), "idle")])

# y = x + w, with w in the file outside.bin: bytes 8 to 16.
weight = numpy_helper.from_array(np.array([1, 2], np.float32), "w")
weight.ClearField("raw_data")
weight.data_location = TensorProto.EXTERNAL
for key, value in [("location", "outside.bin"), ("offset", "8"), ("length", "8")]:
    weight.external_data.add(key=key, value=value)
graph = helper.make_graph([helper.make_node("Add", ["x", "w"], ["y"])], "outside",
                          [tensor("x", TensorProto.FLOAT, [2])], [tensor("y", TensorProto.FLOAT, [2])], [weight])
onnx.save(helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)]), here / "outside.onnx")
(here / "outside.bin").write_bytes(np.array([7, 7, 1, 2], np.float32).tobytes())
