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

# A scalar as input, and as output.
save("scalar", [helper.make_node("Identity", ["x"], ["y"])], [tensor("x", TensorProto.FLOAT, [])],
     [tensor("y", TensorProto.FLOAT, [])])

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

# An input that is an output too, before and after another one, and as many outputs as the input has elements that are not zero.
save("through", [helper.make_node("Identity", ["x"], ["y"])], [tensor("x", TensorProto.FLOAT, ["n"])],
     [tensor("x", TensorProto.FLOAT, ["n"]), tensor("y", TensorProto.FLOAT, ["n"])])
save("after", [helper.make_node("Identity", ["x"], ["y"])], [tensor("x", TensorProto.FLOAT, ["n"])],
     [tensor("y", TensorProto.FLOAT, ["n"]), tensor("x", TensorProto.FLOAT, ["n"])])
save("nonzero", [helper.make_node("NonZero", ["x"], ["at"])], [tensor("x", TensorProto.FLOAT, ["n"])],
     [tensor("at", TensorProto.INT64, [1, "m"])])

# Axes that are an input, which they are since opset 18: the mean of every row.
save("mean", [helper.make_node("ReduceMean", ["x", "axes"], ["y"])], [tensor("x", TensorProto.FLOAT, [2, 3])],
     [tensor("y", TensorProto.FLOAT, [2, 1])], [numpy_helper.from_array(np.array([1]), "axes")], opset=18)

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


# Models that would end the process: they are errors when they are opened, or when they are run.
def hostile(name, nodes, inputs=(), outputs=None, initializers=(), opset=18):
    """Write a model that the checker would refuse, into the folder hostile."""
    outputs = outputs or [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
    graph = helper.make_graph(nodes, name, inputs, outputs, list(initializers))
    model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", opset)])
    (here / "hostile").mkdir(exist_ok=True)
    (here / "hostile" / f"{name}.onnx").write_bytes(model.SerializeToString())


for name, element in [("int32", np.int32), ("int64", np.int64), ("uint8", np.uint8)]:
    type_ = helper.np_dtype_to_tensor_dtype(np.dtype(element))
    for operator in ["Div", "Mod"]:
        # The divisor is an input, or a constant: ORT divides constants when it opens a model.
        value = helper.make_tensor_value_info("y", type_, None)
        hostile(f"{operator.lower()}_{name}", [helper.make_node(operator, ["x", "by"], ["y"])],
                [tensor("x", type_, ["n"]), tensor("by", type_, ["m"])], [value])
        hostile(f"{operator.lower()}_constant_{name}", [helper.make_node(operator, ["x", "by"], ["y"])], [], [value],
                [numpy_helper.from_array(np.array([4, 2], element), "x"),
                 numpy_helper.from_array(np.array([1, 0], element), "by")])

image = tensor("x", TensorProto.FLOAT, [1, 1, 8, 8])
shapeless = helper.make_tensor_value_info("x", TensorProto.FLOAT, None)
square = numpy_helper.from_array(np.ones((1, 1, 2, 2), np.float32), "w")
for operator in ["Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool"]:
    weights = ["w"] if operator.startswith("Conv") else []
    size = {} if weights else {"kernel_shape": [2, 2]}
    hostile(f"{operator.lower()}_stride", [helper.make_node(operator, ["x", *weights], ["y"], strides=[1, 0], **size)],
            [image], None, [square][:len(weights)])
    # Without a shape, nothing looks at the strides before the kernel is made.
    hostile(f"{operator.lower()}_shapeless",
            [helper.make_node(operator, ["x", *weights], ["y"], strides=[1, 0], **size)],
            [shapeless], None, [square][:len(weights)])
for operator in ["Conv", "ConvTranspose", "MaxPool"]:
    weights = ["w"] if operator.startswith("Conv") else []
    size = {} if weights else {"kernel_shape": [2, 2]}
    hostile(f"{operator.lower()}_dilation",
            [helper.make_node(operator, ["x", *weights], ["y"], dilations=[0, 1], **size)],
            [image], None, [square][:len(weights)])
for operator in ["Conv", "ConvTranspose"]:
    hostile(f"{operator.lower()}_group", [helper.make_node(operator, ["x", "w"], ["y"], group=0)], [image], None, [square])
hostile("maxpool_pads", [helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], pads=[1])], [shapeless])
hostile("maxpool_old", [helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], strides=[0, 0])], [image], opset=7)
hostile("depth_square", [helper.make_node("DepthToSpace", ["x"], ["y"], blocksize=2**32)], [image])
hostile("depth_zero", [helper.make_node("DepthToSpace", ["x"], ["y"], blocksize=0)], [shapeless])
hostile("split_zero", [helper.make_node("Split", ["x"], ["y"], num_outputs=0)], [shapeless])
hostile("sequence_zero", [helper.make_node("SplitToSequence", ["x", "size"], ["y"])],
        [tensor("x", TensorProto.FLOAT, [4])],
        [helper.make_tensor_sequence_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.array(0, np.int64), "size")])


# Weights at an address of the process that opens the model: in the graph, in a constant, and in a branch.
def at_address(name):
    elsewhere = numpy_helper.from_array(np.zeros(64, np.float32), name)
    elsewhere.ClearField("raw_data")
    elsewhere.data_location = TensorProto.EXTERNAL
    for key, value in [("location", "*/_ORT_MEM_ADDR_/*"), ("offset", "4096"), ("length", "256")]:
        elsewhere.external_data.add(key=key, value=value)
    return elsewhere


plain = [tensor("y", TensorProto.FLOAT, [64])]
constant = helper.make_node("Constant", [], ["y"], value=at_address("y"))
branch = helper.make_graph([constant], "branch", [], plain)
hostile("address_initializer", [helper.make_node("Identity", ["w"], ["y"])], [], plain, [at_address("w")])
hostile("address_constant", [constant], [], plain)
hostile("address_branch", [helper.make_node("If", ["yes"], ["y"], then_branch=branch, else_branch=branch)],
        [tensor("yes", TensorProto.BOOL, [])], plain)
