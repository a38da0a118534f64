// Stands for a program with another ONNX Runtime: FAKE_VERSION names its version, FAKE_API its newest API. Links the
// real base.c, linked.c and dl_linux.c, and prints what a user of onnxruntime_go would meet.
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "../api.h"

static uint32_t asked;

static const ortwrap_table *get_api(uint32_t version) {
  static char table; // never called
  asked = version;
  return version <= FAKE_API ? (const ortwrap_table *)&table : NULL;
}

static const char *get_version(void) { return FAKE_VERSION; }

const ortwrap_api_base *OrtGetApiBase(void) {
  static const ortwrap_api_base base = {get_api, get_version};
  return &base;
}

static const char *yes(int condition) { return condition ? "yes" : "no"; }

int main(void) {
  const ortwrap_api_base *base = NULL;
  void *library = dlopen(ORTWRAP_PATH, RTLD_LAZY);
  void *symbol = library ? dlsym(library, "OrtGetApiBase") : NULL;
  if (symbol) base = ((const ortwrap_api_base *(*)(void))symbol)();
  printf("opened: %s\n", yes(library != NULL));
  printf("base: %s\n", base ? base->GetVersionString() : "none");
  printf("API 23: %s\n", yes(base && base->GetApi(23) != NULL));
  printf("asked the library for: %u\n", asked);
  ortwrap_load();
  printf("loaded: %s\n", yes(ortwrap_api != NULL));

  void *missing = dlsym(library, "NoSuchFunction");
  const char *text = dlerror();
  printf("missing function: %s, with a text: %s\n", yes(missing != NULL), yes(text && strstr(text, "NoSuchFunction")));
  printf("closed: %s\n", yes(dlclose(library) == 0));

  void *other = dlopen("/no/such/library.so", RTLD_LAZY);
  text = dlerror();
#ifdef FAKE_STATIC // musl's text is that nothing can be opened
  printf("missing library: %s, with a text: %s\n", yes(other != NULL), yes(text && *text));
#else
  printf("missing library: %s, with a text: %s\n", yes(other != NULL),
         yes(text && strstr(text, "/no/such/library.so")));
  other = dlopen("libm.so.6", RTLD_LAZY);
  printf("other library: %s\n", yes(other && dlsym(other, "cos") && !dlsym(other, "OrtGetApiBase") && !dlclose(other)));
  printf("program itself: %s\n", yes(dlopen(NULL, RTLD_LAZY) != NULL));
#endif
  return 0;
}
