"""Write the models of gpucheck: small weights, so that the repository stays small; the work is in large inputs.

    pip install numpy onnx
    python models.py
"""

import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

here = pathlib.Path(__file__).parent
random = np.random.default_rng(4)


def weight(name, *shape):
    """Weights that keep the size of what goes through them."""
    fan_in = shape[0] if len(shape) == 2 else int(np.prod(shape[1:]))
    return numpy_helper.from_array((random.standard_normal(shape) / fan_in**0.5).astype(np.float32), name)


def save(name, nodes, shape, out_shape, initializers, microsoft=False):
    graph = helper.make_graph(nodes, name, [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, out_shape)], initializers)
    opsets = [helper.make_opsetid("", 17)] + [helper.make_opsetid("com.microsoft", 1)] * microsoft
    model = helper.make_model(graph, ir_version=8, opset_imports=opsets, producer_name="gpucheck")
    if not microsoft:
        onnx.checker.check_model(model)
    onnx.save(model, here / f"{name}.onnx")


node = helper.make_node

save("conv",
     [node("Conv", ["x", "w1", "b1"], ["c1"], strides=[2, 2], pads=[3, 3, 3, 3]),
      node("Relu", ["c1"], ["r1"]),
      node("Conv", ["r1", "w2"], ["c2"], pads=[1, 1, 1, 1]),
      node("Conv", ["r1", "w3"], ["c3"]),
      node("Add", ["c2", "c3"], ["sum"]),
      node("GlobalAveragePool", ["sum"], ["pool"]),
      node("Flatten", ["pool"], ["y"])],
     ["batch", 3, 64, 64], ["batch", 24],
     [weight("w1", 16, 3, 7, 7), numpy_helper.from_array(np.linspace(-1, 1, 16, dtype=np.float32), "b1"),
      weight("w2", 24, 16, 3, 3), weight("w3", 24, 16, 1, 1)])

save("matmul",
     [node("MatMul", ["x", "w1"], ["m1"]), node("Add", ["m1", "b1"], ["a1"]), node("Tanh", ["a1"], ["t1"]),
      node("MatMul", ["t1", "w2"], ["m2"]), node("Softmax", ["m2"], ["y"], axis=-1)],
     ["batch", 64], ["batch", 64],
     [weight("w1", 64, 96), numpy_helper.from_array(np.linspace(-1, 1, 96, dtype=np.float32), "b1"),
      weight("w2", 96, 64)])

# Attention with 2 heads of 32, from ONNX's own operators.
size, heads = 64, 2
projections = [weight(f"w{n}", size, size) for n in "qkvo"]
nodes = []
for n, order in [("q", [0, 2, 1, 3]), ("k", [0, 2, 3, 1]), ("v", [0, 2, 1, 3])]:
    nodes += [node("MatMul", ["x", f"w{n}"], [f"{n}1"]), node("Reshape", [f"{n}1", "split"], [f"{n}2"]),
              node("Transpose", [f"{n}2"], [f"{n}3"], perm=order)]
nodes += [node("MatMul", ["q3", "k3"], ["scores"]), node("Mul", ["scores", "scale"], ["scaled"]),
          node("Softmax", ["scaled"], ["weights"], axis=-1), node("MatMul", ["weights", "v3"], ["heads"]),
          node("Transpose", ["heads"], ["turned"], perm=[0, 2, 1, 3]), node("Reshape", ["turned", "joined"], ["z"]),
          node("MatMul", ["z", "wo"], ["y"])]
shape = ["batch", "sequence", size]
save("attention", nodes, shape, shape, projections + [
    numpy_helper.from_array(np.array([0, 0, heads, size // heads], np.int64), "split"),
    numpy_helper.from_array(np.array([0, 0, size], np.int64), "joined"),
    numpy_helper.from_array(np.float32((size / heads) ** -0.5), "scale")])

# The same with one operator of ORT's own; and in float16, which is what flash attention takes.
for name, cast in [("mha", False), ("mha16", True)]:
    nodes = []
    for n in "qkv":
        nodes.append(node("MatMul", ["x", f"w{n}"], [f"{n}1"]))
        if cast:
            nodes.append(node("Cast", [f"{n}1"], [f"{n}2"], to=TensorProto.FLOAT16))
    last = "2" if cast else "1"
    nodes.append(node("MultiHeadAttention", [n + last for n in "qkv"], ["z" if not cast else "z16"],
                      domain="com.microsoft", num_heads=heads))
    if cast:
        nodes.append(node("Cast", ["z16"], ["z"], to=TensorProto.FLOAT))
    nodes.append(node("MatMul", ["z", "wo"], ["y"]))
    save(name, nodes, shape, shape, projections, microsoft=True)
