//go:build linux || darwin

// glibc declares dladdr for those who ask only.
#define _GNU_SOURCE

#include <dlfcn.h>
#include <string.h>

#include "api.h"

char *ortwrap_path(void) {
  // Not "&OrtGetApiBase": in a program at a fixed address that is a stub of the program's own. A library that is linked
  // in need not be found by name at all.
  void *symbol = ortwrap_symbol("OrtGetApiBase");
  Dl_info theirs, ours;
  if (!symbol || !dladdr(symbol, &theirs) || !dladdr((void *)&ortwrap_api, &ours)) return NULL;
  return theirs.dli_fbase == ours.dli_fbase ? NULL : strdup(theirs.dli_fname);
}
