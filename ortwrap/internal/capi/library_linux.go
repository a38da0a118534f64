package capi

// #include "api.h"
import "C"

// Library is the path by which onnxruntime_go opens the library that this program uses.
func Library() (string, error) { return C.ORTWRAP_PATH, nil }
