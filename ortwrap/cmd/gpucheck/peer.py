"""Measure one model on the GPU with the Python package onnxruntime-gpu, in the words of gpucheck: nanoseconds as JSON.

    python3 peer.py model.onnx input.npy RUNS
"""

import json
import statistics
import sys
import time


def main():
    started = time.perf_counter_ns()
    import numpy
    import onnxruntime

    if "CUDAExecutionProvider" not in onnxruntime.get_available_providers():
        sys.exit(f"onnxruntime {onnxruntime.__version__} has no CUDAExecutionProvider")
    x = numpy.load(sys.argv[2])
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
    loaded = time.perf_counter_ns()
    session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CUDAExecutionProvider"])
    opened = time.perf_counter_ns()
    session.run(None, {"x": x})
    first = time.perf_counter_ns()
    runs = int(sys.argv[3])
    times = []
    for i in range(runs // 10 + runs):
        start = time.perf_counter_ns()
        session.run(None, {"x": x})
        if i >= runs // 10:
            times.append(time.perf_counter_ns() - start)
    times.sort()
    print(json.dumps({"version": onnxruntime.__version__, "import": loaded - started, "open": opened - loaded,
                      "first": first - opened, "steady": int(statistics.median(times)),
                      "slow": times[len(times) * 9 // 10]}))


main()
