// A program that asks ONNX Runtime for CUDA, on a machine that has no driver for it.
//
//	cuda MODEL
//
// It prints facts, one a line: "available NAME", "options TEXT", "appended", "session", "status TEXT" (the error
// that ended it), "library PATH" (of ONNX Runtime's own that are open then).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libraries.h"
#include "onnxruntime_c_api.h"

static const OrtApi* api;

// One line of a message is one fact.
static int failed(OrtStatus* status) {
  if (status == NULL) return 0;
  char* text = strdup(api->GetErrorMessage(status));
  for (char* c = text; *c != '\0'; c++)
    if (*c == '\n') *c = ' ';
  printf("status %s\n", text);
  free(text);
  api->ReleaseStatus(status);
  return 1;
}

static void ok(OrtStatus* status) {
  if (failed(status)) exit(2);
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  setvbuf(stdout, NULL, _IOLBF, 0);
  api = OrtGetApiBase()->GetApi(ORT_API_VERSION);
  char** names;
  int count;
  ok(api->GetAvailableProviders(&names, &count));
  for (int i = 0; i < count; i++) printf("available %s\n", names[i]);
  ok(api->ReleaseAvailableProviders(names, count));

  OrtEnv* env;
  ok(api->CreateEnv(ORT_LOGGING_LEVEL_WARNING, "cuda", &env));
  OrtCUDAProviderOptionsV2* cuda;
  ok(api->CreateCUDAProviderOptions(&cuda));
  // Not device_id: to check it the provider asks the driver.
  const char *keys[] = {"gpu_mem_limit"}, *values[] = {"123456789"};
  ok(api->UpdateCUDAProviderOptions(cuda, keys, values, 1));
  OrtAllocator* allocator;
  ok(api->GetAllocatorWithDefaultOptions(&allocator));
  char* text;
  ok(api->GetCUDAProviderOptionsAsString(cuda, allocator, &text));
  printf("options %s\n", text);
  allocator->Free(allocator, text);

  OrtSessionOptions* options;
  ok(api->CreateSessionOptions(&options));
  OrtSession* session = NULL;
  if (!failed(api->SessionOptionsAppendExecutionProvider_CUDA_V2(options, cuda))) {
    printf("appended yes\n");
    if (!failed(api->CreateSession(env, argv[1], options, &session))) printf("session yes\n");
  }
  libraries();
  if (session != NULL) api->ReleaseSession(session);
  api->ReleaseCUDAProviderOptions(cuda);
  api->ReleaseSessionOptions(options);
  api->ReleaseEnv(env);
  return 0;
}
