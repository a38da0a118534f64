// A program that runs a model on an execution provider, and on the CPU to compare, by the C API alone.
//
//	use MODEL PROVIDER run          one session of each
//	use MODEL PROVIDER cycles N     N environments, one after the other; tells of memory after the 20th and the last
//	use MODEL PROVIDER threads N    N threads, each with sessions of its own, in one environment
//	use MODEL PROVIDER leave WHAT   exit after the release of "everything", of "sessions" or of "nothing"
//	use MODEL PROVIDER reopen LIB   open ONNX Runtime from a shared library, use it, close it; twice (with -DOPENED)
//
// It prints facts, one a line: "word value". Its exit status is 0 only if all went well.
#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libraries.h"
#include "onnxruntime_c_api.h"

enum { kRows = 8, kColumns = 64, kSize = kRows * kColumns };

static const OrtApi* api;
static const char *model, *provider;

static void ok(OrtStatus* status) {
  if (status != NULL) {
    printf("error %s\n", api->GetErrorMessage(status));
    exit(2);
  }
}

static void append(OrtSessionOptions* options) {
  if (strcmp(provider, "dnnl") == 0) {
    OrtDnnlProviderOptions* dnnl;
    ok(api->CreateDnnlProviderOptions(&dnnl));
    ok(api->SessionOptionsAppendExecutionProvider_Dnnl(options, dnnl));
    api->ReleaseDnnlProviderOptions(dnnl);
  } else {
    printf("error unknown provider %s\n", provider);
    exit(2);
  }
}

// What a session is made of, for one that is left open.
struct use {
  OrtSessionOptions* options;
  OrtSession* session;
};

static struct use compute(OrtEnv* env, int on_provider, float* y) {
  struct use u;
  ok(api->CreateSessionOptions(&u.options));
  if (on_provider) {
    ok(api->AddSessionConfigEntry(u.options, "session.disable_cpu_ep_fallback", "1"));
    append(u.options);
  }
  ok(api->CreateSession(env, model, u.options, &u.session));
  OrtMemoryInfo* memory;
  ok(api->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));
  float x[kSize];
  for (int i = 0; i < kSize; i++) x[i] = (i % 13 - 6) / 5.0f;
  const int64_t shape[] = {kRows, kColumns};
  OrtValue *in, *out = NULL;
  ok(api->CreateTensorWithDataAsOrtValue(memory, x, sizeof x, shape, 2, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &in));
  const char *inputs[] = {"x"}, *outputs[] = {"y"};
  ok(api->Run(u.session, NULL, inputs, (const OrtValue* const*)&in, 1, outputs, 1, &out));
  float* values;
  ok(api->GetTensorMutableData(out, (void**)&values));
  memcpy(y, values, sizeof(float) * kSize);
  api->ReleaseValue(in);
  api->ReleaseValue(out);
  api->ReleaseMemoryInfo(memory);
  return u;
}

static void release(struct use u) {
  api->ReleaseSession(u.session);
  api->ReleaseSessionOptions(u.options);
}

// Relative to the largest number: sums of many products are no better than that.
static double difference(const float* a, const float* b) {
  double most = 0, largest = 0;
  for (int i = 0; i < kSize; i++) {
    most = fmax(most, fabs((double)a[i] - b[i]));
    largest = fmax(largest, fabs((double)a[i]));
  }
  return largest > 0 ? most / largest : 1;  // all zeros prove nothing
}

// Both sessions, and whether they agree. The bits of the provider's result go to digest (FNV-1a).
static double compare(OrtEnv* env, uint64_t* digest) {
  float cpu[kSize], other[kSize];
  release(compute(env, 0, cpu));
  release(compute(env, 1, other));
  *digest = 14695981039346656037u;
  for (size_t i = 0; i < sizeof other; i++) *digest = (*digest ^ ((unsigned char*)other)[i]) * 1099511628211u;
  return difference(cpu, other);
}

static OrtEnv* environment(int level) {
  OrtEnv* env;
  ok(api->CreateEnv(level, "use", &env));
  return env;
}

static int report(double difference, uint64_t digest) {
  printf("difference %g\ndigest %016llx\n", difference, (unsigned long long)digest);
  return difference <= 1e-6 ? 0 : 3;
}

#ifndef OPENED

static long resident(void) {
  long size = 0, pages = 0;
  FILE* statm = fopen("/proc/self/statm", "r");
  if (fscanf(statm, "%ld %ld", &size, &pages) != 2) exit(2);
  fclose(statm);
  return pages * sysconf(_SC_PAGESIZE) / 1024;
}

static int run(void) {
  OrtEnv* env = environment(ORT_LOGGING_LEVEL_VERBOSE);  // it says where nodes are placed
  uint64_t digest;
  const double found = compare(env, &digest);
  const int status = report(found, digest);
  libraries();
  api->ReleaseEnv(env);
  return status;
}

static int cycles(int count) {
  for (int i = 1; i <= count; i++) {
    OrtEnv* env = environment(ORT_LOGGING_LEVEL_WARNING);
    uint64_t digest;
    const double found = compare(env, &digest);
    api->ReleaseEnv(env);
    if (found > 1e-6) return report(found, digest);
    if (i == 20 || i == count) printf("kilobytes %ld\n", resident());
  }
  return 0;
}

static void* thread(void* env) {
  static const char wrong;
  for (int i = 0; i < 5; i++) {
    uint64_t digest;
    if (compare(env, &digest) > 1e-6) return (void*)&wrong;
  }
  return NULL;
}

static int threads(int count) {
  OrtEnv* env = environment(ORT_LOGGING_LEVEL_WARNING);
  pthread_t all[64];
  int status = 0;
  for (int i = 0; i < count; i++)
    if (pthread_create(&all[i], NULL, thread, env) != 0) return 2;
  for (int i = 0; i < count; i++) {
    void* wrong;
    if (pthread_join(all[i], &wrong) != 0 || wrong != NULL) status = 3;
  }
  api->ReleaseEnv(env);
  printf("threads %d\n", count);
  return status;
}

static int leave(const char* what) {
  float y[kSize];
  OrtEnv* env = environment(ORT_LOGGING_LEVEL_WARNING);
  struct use u = compute(env, 1, y);
  if (strcmp(what, "nothing") != 0) release(u);
  if (strcmp(what, "everything") == 0) api->ReleaseEnv(env);
  printf("leaving %s\n", what);
  return 0;
}

#else

// The variables of a thread that ended are destroyed. Those of one that lives would keep the library in memory.
static void* visit(void* handle) {
  static const char wrong;
  const OrtApiBase* (*base)(void) = (const OrtApiBase* (*)(void))dlsym(handle, "OrtGetApiBase");
  if (base == NULL) return (void*)&wrong;
  api = base()->GetApi(ORT_API_VERSION);
  OrtEnv* env = environment(ORT_LOGGING_LEVEL_WARNING);
  uint64_t digest;
  const double found = compare(env, &digest);
  api->ReleaseEnv(env);
  return report(found, digest) == 0 ? NULL : (void*)&wrong;
}

static int reopen(const char* library) {
  for (int i = 0; i < 2; i++) {
    void* handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
      printf("error %s\n", dlerror());
      return 2;
    }
    pthread_t visitor;
    void* wrong = handle;
    if (pthread_create(&visitor, NULL, visit, handle) != 0 || pthread_join(visitor, &wrong) != 0) return 2;
    if (wrong != NULL) return 3;
    if (dlclose(handle) != 0) return 2;
    printf("closed %s\n", dlopen(library, RTLD_NOW | RTLD_NOLOAD) == NULL ? "gone" : "stays");
  }
  return 0;
}

#endif

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  setvbuf(stdout, NULL, _IOLBF, 0);
  model = argv[1], provider = argv[2];
  const char *mode = argv[3], *value = argc > 4 ? argv[4] : "1";
#ifdef OPENED
  return strcmp(mode, "reopen") == 0 ? reopen(value) : 2;
#else
  api = OrtGetApiBase()->GetApi(ORT_API_VERSION);
  if (strcmp(mode, "run") == 0) return run();
  if (strcmp(mode, "cycles") == 0) return cycles(atoi(value));
  if (strcmp(mode, "threads") == 0) return threads(atoi(value));
  if (strcmp(mode, "leave") == 0) return leave(value);
  return 2;
#endif
}
