/* The loader looks where the object that calls dlopen says, so the call must not be in the program. The text after the
 * call keeps it from becoming a jump, which would leave the caller's address on the stack. */
#include <dlfcn.h>

void *builder_bundle_open(const char *name) {
  void *volatile opened = dlopen(name, RTLD_NOW);
  return opened;
}
