package capi

// #include "api.h"
import "C"

// Library is the path by which onnxruntime_go opens the linked library.
func Library() (string, error) { return C.ORTWRAP_LIBRARY, nil }
