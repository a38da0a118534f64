# Writes chain.onnx, y = Relu(x w + b) of x [8,64], with nothing but Python: python3 chain.py
import struct


def number(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def field(tag, value):  # of a protobuf message
    if isinstance(value, int):
        return number(tag << 3) + number(value)
    data = value.encode() if isinstance(value, str) else value
    return number(tag << 3 | 2) + number(len(data)) + data


def tensor(name, shape, values):
    head = b"".join(field(1, n) for n in shape) + field(2, 1)
    return head + field(8, name) + field(9, struct.pack("<%df" % len(values), *values))


def info(name, shape):
    dims = b"".join(field(1, field(1, n)) for n in shape)
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, dims)))


def node(op, inputs, output):
    return b"".join(field(1, i) for i in inputs) + field(2, output) + field(4, op)


w = [((i * 7) % 11 - 5) / 10 for i in range(64 * 64)]
b = [(i % 5 - 2) / 4 for i in range(64)]
graph = [
    (1, node("MatMul", ["x", "w"], "m")), (1, node("Add", ["m", "b"], "a")), (1, node("Relu", ["a"], "y")),
    (2, "chain"),
    (5, tensor("w", [64, 64], w)), (5, tensor("b", [64], b)), (11, info("x", [8, 64])), (12, info("y", [8, 64])),
]
model = field(1, 8) + field(7, b"".join(field(*f) for f in graph)) + field(8, field(1, "") + field(2, 17))
with open("chain.onnx", "wb") as file:
    file.write(model)
