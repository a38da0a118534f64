//go:build linux || darwin

#include "api.h"

#include <stdlib.h>
#include <string.h>

const ortwrap_table *ortwrap_api = NULL;

uint32_t ortwrap_api_of(const char *version) {
  // Every release is 1.<API>.<patch>.
  if (strncmp(version, "1.", 2) != 0) return 0;
  return (uint32_t)strtoul(version + 2, NULL, 10);
}

// The table of the asked API, or the newest older one. The table only ever grows at its end, so a program compiled for
// a newer API may use an older table as long as it calls nothing that came later. onnxruntime_go is compiled for the
// newest API but calls old functions only. The library is never asked for what it lacks: it would complain on stderr.
static const ortwrap_table *get_api(uint32_t asked) {
  const ortwrap_api_base *library = ortwrap_library();
  if (!library) return NULL;
  uint32_t newest = ortwrap_api_of(library->GetVersionString());
  if (newest < ORTWRAP_OLDEST_API) return NULL;
  return library->GetApi(asked < newest ? asked : newest);
}

static const char *get_version(void) {
  const ortwrap_api_base *library = ortwrap_library();
  return library ? library->GetVersionString() : "";
}

static const ortwrap_api_base base = {get_api, get_version};

const ortwrap_api_base *ortwrap_base(void) { return &base; }

void ortwrap_load(void) { ortwrap_api = get_api(ORTWRAP_OLDEST_API); }
