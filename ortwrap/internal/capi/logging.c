//go:build linux || darwin

#include <stdatomic.h>
#include <stdlib.h>

#include "api.h"
#include "_cgo_export.h"

// Whether anybody listens. Closed, no message gets into Go: ORT's threads may log until the process is gone, and Go is
// gone before C's exit handlers run.
static atomic_int listening;

static void stop_listening(void) { atomic_store(&listening, 0); }

void ortwrap_listen(int on) {
  static atomic_flag registered = ATOMIC_FLAG_INIT;
  if (!atomic_flag_test_and_set(&registered)) atexit(stop_listening);
  atomic_store(&listening, on);
}

// An OrtLoggingFunction. ORT calls it on any of its threads.
void ortwrap_log(void *unused, OrtLoggingLevel severity, const char *category, const char *id, const char *location,
                 const char *text) {
  (void)unused;
  if (!atomic_load(&listening)) return;
  ortwrapLog((int)severity, (char *)category, (char *)id, (char *)location, (char *)text);
}
