// Shared by the C files and the cgo parts of package capi.
#ifndef ORTWRAP_API_H
#define ORTWRAP_API_H

#include "table.h"

// The path that onnxruntime_go "opens" to get the library that this program uses. No file can be meant by it.
#define ORTWRAP_PATH "<ONNX Runtime of this program>"

// Oldest API whose table holds every function that is called here and in onnxruntime_go. A test pins it.
#define ORTWRAP_OLDEST_API 21

// The table of functions; NULL until ortwrap_load has found one.
extern const ortwrap_table *ortwrap_api;

// Number of the API that a version of ORT implements: 21 for "1.21.0". 0 where the version can't be understood.
uint32_t ortwrap_api_of(const char *version);

// Sets ortwrap_api; NULL stays where the library is older than ORTWRAP_OLDEST_API.
void ortwrap_load(void);

// What onnxruntime_go gets in place of the library's own base: one that answers a request for an API newer than the
// library with the newest table that there is.
const ortwrap_api_base *ortwrap_base(void);

// These two depend on how the library comes into the program.

// The library's own base; NULL where a library has still to be opened.
const ortwrap_api_base *ortwrap_library(void);

// Address of the library's function of that name; NULL where it has none.
void *ortwrap_symbol(const char *name);

// Path of the shared library in use, to be freed; NULL where the library is part of the program.
char *ortwrap_path(void);

#endif
