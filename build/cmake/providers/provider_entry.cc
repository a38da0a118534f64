// The entry of an isolated execution provider: one relocatable object that holds all of the provider and has one global
// symbol, ort_builder_provider_NAME. It does what dlopen does for the provider's shared library: set the host, then run
// the static constructors, which ask the host at once. Nothing of a provider runs in a program that never asks for it,
// and what it has made is destroyed before what the core has made, as its constructors ran later.
// Functions for the program's end, which CUDA's runtime library has, are called last of all that is the provider's.

#include <cstdlib>

#define BUILDER_JOIN(a, b) a##b
#define BUILDER_ENTRY(name) BUILDER_JOIN(ort_builder_provider_, name)

extern "C" {

// Ours, though ONNX Runtime has it in libonnxruntime_providers_shared.so: the provider asks it for its host.
void* Provider_GetHost();

// The provider's own: returns its Provider.
void* GetProvider();

// The static constructors, in the order of their priorities, then of the objects. The linker script puts them there.
// GNU's C library passes a constructor the program's arguments; a provider's constructors take none.
using Constructor = void (*)(int, char**, char**);
extern const Constructor ort_static_ctors_begin[] __attribute__((visibility("hidden")));
extern const Constructor ort_static_ctors_end[] __attribute__((visibility("hidden")));

// What C libraries inside of the provider want to be called at the program's end, to be called from the last to the first.
using Destructor = void (*)();
extern const Destructor ort_static_dtors_begin[] __attribute__((visibility("hidden")));
extern const Destructor ort_static_dtors_end[] __attribute__((visibility("hidden")));

// Returns the Provider; null if a constructor threw an exception in an earlier call, for constructors can't be run
// twice. Calls after the first only return the Provider. The core calls this under a lock.
void* BUILDER_ENTRY(BUILDER_PROVIDER)(void* host);

}  // extern "C"

namespace {

void* provider_host = nullptr;
enum { kFresh, kStarted, kReady } state = kFresh;

void End() {
  for (const Destructor* next = ort_static_dtors_end; next != ort_static_dtors_begin;) {
    (*--next)();
  }
}

}  // namespace

void* Provider_GetHost() { return provider_host; }

void* BUILDER_ENTRY(BUILDER_PROVIDER)(void* host) {
  if (state == kFresh) {
    state = kStarted;
    provider_host = host;
    std::atexit(End);  // first, so that it runs after what the constructors register
    for (const Constructor* next = ort_static_ctors_begin; next != ort_static_ctors_end; ++next) {
      (*next)(0, nullptr, nullptr);
    }
    state = kReady;
  }
  return state == kReady ? GetProvider() : nullptr;
}
