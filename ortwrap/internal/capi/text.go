//go:build linux || darwin

package capi

// #include "api.h"
//
// static void free_of_ort(void *p) {
//   OrtAllocator *a;
//   OrtStatus *status = ortwrap_api->GetAllocatorWithDefaultOptions(&a);
//   if (!status) status = ortwrap_api->AllocatorFree(a, p);
//   if (status) ortwrap_api->ReleaseStatus(status);  // neither fails
// }
import "C"

import "unsafe"

// take copies a text that ORT made with its default allocator, and frees it. NULL is "".
func take(text *C.char) string {
	if text == nil {
		return ""
	}
	defer free(unsafe.Pointer(text))
	return C.GoString(text)
}

// free frees what ORT made with its default allocator.
func free(p unsafe.Pointer) { C.free_of_ort(p) }
