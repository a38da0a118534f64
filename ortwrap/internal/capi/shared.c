//go:build linux || darwin

// glibc declares dladdr for those who ask only.
#define _GNU_SOURCE

#include <dlfcn.h>

#include "api.h"

int ortwrap_shared(void) {
  // Not "&OrtGetApiBase": in a program at a fixed address that is a stub of the program's own. A library that is linked
  // in need not be found by name at all.
  void *symbol = dlsym(RTLD_DEFAULT, "OrtGetApiBase");
  Dl_info theirs, ours;
  if (!symbol || !dladdr(symbol, &theirs) || !dladdr((void *)&ortwrap_api, &ours)) return 0;
  return theirs.dli_fbase != ours.dli_fbase;
}
