"""Train the digit classifier of the examples and write digits.onnx, samples.json and sample.h.

    pip install numpy scikit-learn onnx
    python train.py

The data are the 1797 digits of 8x8 pixels that come with scikit-learn (E. Alpaydin, C. Kaynak: "Optical Recognition of
Handwritten Digits", UCI Machine Learning Repository, CC BY 4.0). The network has one hidden layer of 32. The expected
probabilities are computed here, in float64 and without ONNX Runtime, so that they check it.
"""

import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

here = pathlib.Path(__file__).parent

data = load_digits()
train_x, test_x, train_y, test_y = train_test_split(data.data / 16, data.target, test_size=0.25, random_state=1)
mlp = MLPClassifier((32,), alpha=1, max_iter=1000, random_state=1).fit(train_x, train_y)
accuracy = mlp.score(test_x, test_y)
print(f"accuracy on {len(test_x)} digits that were not trained on: {accuracy:.3f}")

weights = [m.astype(np.float32) for pair in zip(mlp.coefs_, mlp.intercepts_) for m in pair]
names = ["weights1", "bias1", "weights2", "bias2"]
graph = helper.make_graph(
    [
        helper.make_node("Gemm", ["image", "weights1", "bias1"], ["sum1"]),
        helper.make_node("Relu", ["sum1"], ["hidden"]),
        helper.make_node("Gemm", ["hidden", "weights2", "bias2"], ["sum2"]),
        helper.make_node("Softmax", ["sum2"], ["probabilities"], axis=1),
    ],
    "digits",
    [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 64])],
    [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["batch", 10])],
    [numpy_helper.from_array(w, name) for w, name in zip(weights, names)],
)
model = helper.make_model(
    graph,
    producer_name="onnxruntime-builder",
    ir_version=8,
    opset_imports=[helper.make_opsetid("", 13)],
    doc_string="Tells a handwritten digit from 8x8 pixels, each from 0 (paper) to 1 (ink).",
)
onnx.checker.check_model(model, full_check=True)
onnx.save(model, here / "digits.onnx")


def probabilities(x):
    w1, b1, w2, b2 = (w.astype(np.float64) for w in weights)
    z = np.maximum(x @ w1 + b1, 0) @ w2 + b2
    e = np.exp(z - z.max())
    return e / e.sum()


# The first test digit of each class.
samples = []
for digit in range(10):
    x = test_x[test_y == digit][0]
    samples.append(
        {
            "digit": digit,
            "pixels": [int(v) for v in x * 16],
            "probabilities": [round(float(p), 7) for p in probabilities(x)],
        }
    )
rows = ",\n".join("  " + json.dumps(s) for s in samples)
(here / "samples.json").write_text(f'{{"accuracy": {accuracy:.3f}, "samples": [\n{rows}\n]}}\n')

three = samples[3]
(here / "sample.h").write_text(
    "// Made by train.py: one digit, and what the network should say about it.\n"
    "#ifndef SAMPLE_H\n#define SAMPLE_H\n\n"
    f"enum {{ SAMPLE_DIGIT = {three['digit']} }};\n\n"
    "// 8 rows of 8 pixels, from 0 (paper) to 16 (ink). The network wants them divided by 16.\n"
    "static const float sample_pixels[64] = {\n"
    + "".join("    " + ", ".join(str(v) for v in three["pixels"][r : r + 8]) + ",\n" for r in range(0, 64, 8))
    + "};\n\nstatic const float sample_probabilities[10] = {\n    "
    + ", ".join(f"{p:.7f}" for p in three["probabilities"][:5]) + ",\n    "
    + ", ".join(f"{p:.7f}" for p in three["probabilities"][5:])
    + ",\n};\n\n#endif\n"
)
