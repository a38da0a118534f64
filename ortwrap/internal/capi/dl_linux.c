// The dlopen of this program, put in place by the linker's --wrap (see link.go): opening ORTWRAP_LIBRARY succeeds and
// gives the library that is linked in; everything else goes to the C library as before.

#define _GNU_SOURCE // RTLD_DEFAULT

#include <dlfcn.h>
#include <string.h>

#include "api.h"

void *__real_dlopen(const char *path, int mode);
void *__real_dlsym(void *handle, const char *name);
int __real_dlclose(void *handle);

// Its address is the handle of ORTWRAP_LIBRARY: no other handle can be equal to it.
static char linked_in;

void *__wrap_dlopen(const char *path, int mode) {
  if (path && strcmp(path, ORTWRAP_LIBRARY) == 0) return &linked_in;
  return __real_dlopen(path, mode);
}

void *__wrap_dlsym(void *handle, const char *name) {
  if (handle != &linked_in) return __real_dlsym(handle, name);
  if (strcmp(name, "OrtGetApiBase") == 0) return (void *)ortwrap_base;
  // Any other name is looked up in the program, as for dlopen(NULL): a missing one is NULL, and only the C library can
  // set the text that dlerror then returns.
  return __real_dlsym(RTLD_DEFAULT, name);
}

int __wrap_dlclose(void *handle) {
  if (handle == &linked_in) return 0;
  return __real_dlclose(handle);
}
