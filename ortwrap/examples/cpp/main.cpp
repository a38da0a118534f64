// Reads one written digit with the ONNX Runtime that is linked into this program.
//
//   cmake -S . -B build -DCMAKE_PREFIX_PATH=<install tree> && cmake --build build
//   build/main ../digits/digits.onnx
//
// It prints one line, and exits with 1 where a number is not as expected.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <exception>

#include <onnxruntime_cxx_api.h>

#include "../digits/sample.h"

static int run(const char *model) {
  Ort::Env env(ORT_LOGGING_LEVEL_WARNING, "digit");
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(1);
  Ort::Session session(env, model, options);

  std::array<float, 64> image;
  std::transform(sample_pixels, sample_pixels + 64, image.begin(), [](float pixel) { return pixel / 16; });
  const std::array<int64_t, 2> shape{1, 64};
  const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  const auto input =
      Ort::Value::CreateTensor<float>(memory, image.data(), image.size(), shape.data(), shape.size());

  const char *input_name = "image", *output_name = "probabilities";
  const auto outputs = session.Run(Ort::RunOptions{}, &input_name, &input, 1, &output_name, 1);
  const float *probabilities = outputs[0].GetTensorData<float>();

  const auto digit = std::max_element(probabilities, probabilities + 10) - probabilities;
  int wrong = 0;
  for (int i = 0; i < 10; i++) {
    if (!(std::fabs(probabilities[i] - sample_probabilities[i]) <= 1e-5)) wrong++;  // NaN is wrong too
  }
  std::printf("C++, ONNX Runtime %s: this is a %d, probability %.4f, %d of 10 numbers wrong\n",
              Ort::GetVersionString().c_str(), static_cast<int>(digit), probabilities[digit], wrong);
  return wrong > 0 || digit != SAMPLE_DIGIT;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s digits.onnx\n", argv[0]);
    return 2;
  }
  try {
    return run(argv[1]);
  } catch (const std::exception &e) {
    std::fprintf(stderr, "digit: %s\n", e.what());
    return 1;
  }
}
