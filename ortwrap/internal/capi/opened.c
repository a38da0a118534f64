//go:build (linux || darwin) && ortwrap_dlopen

// The library that the program opens when it runs.

#include <dlfcn.h>
#include <string.h>

#include "opened.h"

static void *handle = NULL;
static const ortwrap_api_base *library = NULL;

const ortwrap_api_base *ortwrap_library(void) { return library; }

void *ortwrap_symbol(const char *name) { return dlsym(handle, name); }

enum ortwrap_opening ortwrap_open(const char *path, char **why) {
  *why = NULL;
  handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char *text = dlerror();
    *why = strdup(text ? text : "no reason given");
    return ORTWRAP_NO_LIBRARY;
  }
  const ortwrap_api_base *(*get)(void) = (const ortwrap_api_base *(*)(void))dlsym(handle, "OrtGetApiBase");
  library = get ? get() : NULL;
  return library ? ORTWRAP_OPENED : ORTWRAP_NOT_ORT;
}

void ortwrap_close(void) {
  library = NULL;
  dlclose(handle);
  handle = NULL;
}
