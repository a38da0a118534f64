// Prints "library PATH" for each library of ONNX Runtime's own that is open.
#include <stdio.h>
#include <string.h>

static inline void libraries(void) {
  FILE* maps = fopen("/proc/self/maps", "r");
  char line[4096], last[4096] = "";
  while (fgets(line, sizeof line, maps) != NULL) {
    char* path = strchr(line, '/');
    if (path == NULL || strstr(path, "libonnxruntime") == NULL || strcmp(path, last) == 0) continue;
    printf("library %s", strcpy(last, path));
  }
  fclose(maps);
}
