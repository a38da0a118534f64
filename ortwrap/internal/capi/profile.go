//go:build linux || darwin

package capi

// #include "api.h"
//
// static OrtStatus *end_profiling(OrtSession *s, char **path) {
//   OrtAllocator *a;
//   OrtStatus *status = ortwrap_api->GetAllocatorWithDefaultOptions(&a);
//   return status ? status : ortwrap_api->SessionEndProfiling(s, a, path);
// }
// static OrtStatus *free_path(char *path) {
//   OrtAllocator *a;
//   OrtStatus *status = ortwrap_api->GetAllocatorWithDefaultOptions(&a);
//   return status ? status : ortwrap_api->AllocatorFree(a, path);
// }
import "C"

// EndProfiling finishes the session's profile and returns its path: "" where the session writes none, or no longer.
func (s Session) EndProfiling() (string, error) {
	var path *C.char
	if err := check(C.end_profiling(s.p, &path)); err != nil {
		return "", err
	}
	return C.GoString(path), check(C.free_path(path))
}
