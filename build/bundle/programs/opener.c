/* Opens one library as a program would, in an empty root, and says where the loader found it.
 *
 *   opener SHIM LIBRARY [NAME]
 *   opener LOADER --join ARGUMENTS…    joins everything to the last symbol and runs nothing, as "ldd -r" does
 *
 * SHIM is a library in the bundle's lib folder, with the run path that all libraries there have: what it opens by a
 * bare name is found where LIBRARY would find it. LIBRARY is opened first, as in life, if it is not "-".
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fail(const char *what) {
  printf("%s: %s\n", what, dlerror());
  return 1;
}

/* cuDNN's dispatcher and nvrtc do open their parts when they are asked such simple things: no GPU is needed. */
static int call(void *library, const char *path) {
  static const char *const checks[] = {"cudnnGraphVersionCheck", "cudnnOpsVersionCheck", "cudnnCnnVersionCheck",
                                       "cudnnAdvVersionCheck"};
  if (strstr(path, "/libcudnn.so.")) {
    size_t (*version)(void) = (size_t(*)(void))dlsym(library, "cudnnGetVersion");
    if (version) printf("cudnnGetVersion: %zu\n", version());
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
      int (*check)(void) = (int (*)(void))dlsym(library, checks[i]);
      int status = check ? check() : 0;
      if (check) printf("%s: %d\n", checks[i], status);
      if (status) return 1;
    }
  }
  if (strstr(path, "/libnvrtc.so.")) {
    int (*create)(void **, const char *, const char *, int, const char *const *, const char *const *) =
        (int (*)(void **, const char *, const char *, int, const char *const *, const char *const *))dlsym(
            library, "nvrtcCreateProgram");
    int (*compile)(void *, int, const char *const *) =
        (int (*)(void *, int, const char *const *))dlsym(library, "nvrtcCompileProgram");
    void *program = 0;
    if (create && compile) {
      int status = create(&program, "__global__ void f(float *x) { x[0] = __expf(x[1]); }", "f.cu", 0, 0, 0);
      if (!status) status = compile(program, 0, 0);
      printf("nvrtcCompileProgram: %d\n", status);
      if (status) return 1;
    }
  }
  return 0;
}

int main(int argc, char **argv) {
  setvbuf(stdout, 0, _IOLBF, 0); /* what was said before a crash is seen */
  if (argc < 3) return 2;
  if (!strcmp(argv[2], "--join")) {
    /* Only these variables make the loader look at symbols, its option --list does not. They must not be set earlier:
     * every program that is started with them is listed and not run. */
    setenv("LD_TRACE_LOADED_OBJECTS", "1", 1);
    setenv("LD_WARN", "yes", 1);
    setenv("LD_BIND_NOW", "yes", 1);
    argv[2] = argv[1];
    execv(argv[1], argv + 2);
    perror(argv[1]);
    return 1;
  }
  void *library = 0;
  if (strcmp(argv[2], "-")) {
    library = dlopen(argv[2], RTLD_NOW);
    if (!library) return fail(argv[2]);
  }
  if (argc == 3) return call(library, argv[2]);
  void *shim = dlopen(argv[1], RTLD_NOW);
  if (!shim) return fail(argv[1]);
  void *(*open)(const char *) = (void *(*)(const char *))dlsym(shim, "builder_bundle_open");
  if (!open) return fail(argv[1]);
  void *opened = open(argv[3]);
  if (!opened) return fail(argv[3]);
  struct link_map *map = 0;
  if (dlinfo(opened, RTLD_DI_LINKMAP, &map)) return fail(argv[3]);
  printf("%s\n", map->l_name);
  fflush(stdout);
  return 0;
}
