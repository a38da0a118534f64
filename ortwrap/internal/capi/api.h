// Shared by the C files and the cgo parts of package capi.
#ifndef ORTWRAP_API_H
#define ORTWRAP_API_H

#include <stddef.h>
#include <stdint.h>

#include <onnxruntime_c_api.h>

// The path that onnxruntime_go "opens" to get the library that is part of this program. No file can be meant by it.
#define ORTWRAP_LIBRARY "<ONNX Runtime linked into this program>"

// Oldest API whose table holds every function that is called here and in onnxruntime_go. A test pins it.
#define ORTWRAP_OLDEST_API 21

// The table of functions; NULL until ortwrap_load has found one.
extern const OrtApi *ortwrap_api;

// Number of the API that a version of ORT implements: 21 for "1.21.0". 0 where the version can't be understood.
uint32_t ortwrap_api_of(const char *version);

// Sets ortwrap_api; NULL stays where the library is older than ORTWRAP_OLDEST_API.
void ortwrap_load(void);

// Whether the library lives in another file than this code.
int ortwrap_shared(void);

// What onnxruntime_go gets in place of the library's own base: one that answers a request for an API newer than the
// library with the newest table that there is.
const OrtApiBase *ortwrap_base(void);

#endif
