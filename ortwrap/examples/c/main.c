// Reads one written digit with the ONNX Runtime that is linked into this program.
//
//   cc main.c $(pkg-config --cflags --libs libonnxruntime) -o main
//   ./main ../digits/digits.onnx
//
// It prints one line, and exits with 1 where a number is not as expected.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <onnxruntime_c_api.h>

#include "../digits/sample.h"

static const OrtApi *api;

// Ends the program where a call has failed.
static void check(OrtStatus *status) {
  if (!status) return;
  fprintf(stderr, "digit: %s\n", api->GetErrorMessage(status));
  api->ReleaseStatus(status);
  exit(1);
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s digits.onnx\n", argv[0]);
    return 2;
  }
  api = OrtGetApiBase()->GetApi(ORT_API_VERSION);
  if (!api) {
    fprintf(stderr, "digit: the headers are newer than the library, %s\n", OrtGetApiBase()->GetVersionString());
    return 1;
  }

  OrtEnv *env;
  OrtSession *session;
  OrtSessionOptions *options;
  check(api->CreateEnv(ORT_LOGGING_LEVEL_WARNING, "digit", &env));
  check(api->CreateSessionOptions(&options));
  check(api->SetIntraOpNumThreads(options, 1));
  check(api->CreateSession(env, argv[1], options, &session));

  float image[64];
  for (int i = 0; i < 64; i++) image[i] = sample_pixels[i] / 16;
  const int64_t shape[] = {1, 64};
  OrtMemoryInfo *memory;
  OrtValue *input, *output = NULL;
  check(api->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));
  check(api->CreateTensorWithDataAsOrtValue(memory, image, sizeof image, shape, 2, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT,
                                            &input));

  const char *input_names[] = {"image"}, *output_names[] = {"probabilities"};
  check(api->Run(session, NULL, input_names, (const OrtValue *const *)&input, 1, output_names, 1, &output));
  float *probabilities;
  check(api->GetTensorMutableData(output, (void **)&probabilities));

  int digit = 0, wrong = 0;
  for (int i = 0; i < 10; i++) {
    if (probabilities[i] > probabilities[digit]) digit = i;
    if (!(fabs(probabilities[i] - sample_probabilities[i]) <= 1e-5)) wrong++; // NaN is wrong too
  }
  printf("C, ONNX Runtime %s: this is a %d, probability %.4f, %d of 10 numbers wrong\n",
         OrtGetApiBase()->GetVersionString(), digit, probabilities[digit], wrong);

  api->ReleaseValue(output);
  api->ReleaseValue(input);
  api->ReleaseMemoryInfo(memory);
  api->ReleaseSession(session);
  api->ReleaseSessionOptions(options);
  api->ReleaseEnv(env);
  return wrong > 0 || digit != SAMPLE_DIGIT;
}
