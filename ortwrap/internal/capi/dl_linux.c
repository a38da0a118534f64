// The dlopen of this program, put in place by the linker's --wrap (see link.go): opening ORTWRAP_PATH succeeds and
// gives the library that this program uses; everything else goes to the C library as before.

#include <dlfcn.h>
#include <string.h>

#include "api.h"

void *__real_dlopen(const char *path, int mode);
void *__real_dlsym(void *handle, const char *name);
int __real_dlclose(void *handle);

// Its address is the handle of ORTWRAP_PATH: no other handle can be equal to it.
static char ours;

void *__wrap_dlopen(const char *path, int mode) {
  if (path && strcmp(path, ORTWRAP_PATH) == 0) return &ours;
  return __real_dlopen(path, mode);
}

void *__wrap_dlsym(void *handle, const char *name) {
  if (handle != &ours) return __real_dlsym(handle, name);
  if (strcmp(name, "OrtGetApiBase") == 0) return (void *)ortwrap_base;
  // A missing name is NULL, and only the C library can set the text that dlerror then returns.
  return ortwrap_symbol(name);
}

int __wrap_dlclose(void *handle) {
  if (handle == &ours) return 0;
  return __real_dlclose(handle);
}
