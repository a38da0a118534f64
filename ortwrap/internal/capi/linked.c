//go:build (linux || darwin) && !ortwrap_dlopen

// The library that the program was linked with, in either way.

// glibc declares RTLD_DEFAULT for those who ask only.
#define _GNU_SOURCE

#include <dlfcn.h>

#include "api.h"

const ortwrap_api_base *OrtGetApiBase(void);

const ortwrap_api_base *ortwrap_library(void) { return OrtGetApiBase(); }

void *ortwrap_symbol(const char *name) { return dlsym(RTLD_DEFAULT, name); }
