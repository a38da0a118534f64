//go:build linux || darwin

package capi

// #include <stdlib.h>
// #include "api.h"
//
// static OrtStatus *open_file(OrtEnv *env, const char *path, OrtSessionOptions *o, OrtSession **s) {
//   return ortwrap_api->CreateSession(env, path, o, s);
// }
// static OrtStatus *open_bytes(OrtEnv *env, void *model, size_t n, OrtSessionOptions *o, OrtSession **s) {
//   return ortwrap_api->CreateSessionFromArray(env, model, n, o, s);
// }
// static void release_session(OrtSession *s) { ortwrap_api->ReleaseSession(s); }
// static OrtStatus *end_profiling(OrtSession *s, char **path) {
//   OrtAllocator *a;
//   OrtStatus *status = ortwrap_api->GetAllocatorWithDefaultOptions(&a);
//   return status ? status : ortwrap_api->SessionEndProfiling(s, a, path);
// }
import "C"

import "unsafe"

// Session is a loaded model.
type Session struct{ p *C.OrtSession }

// OpenFile loads the model in a file.
func OpenFile(env Env, path string, o Options) (Session, error) {
	cPath := C.CString(path)
	defer C.free(unsafe.Pointer(cPath))
	var s Session
	err := check(C.open_file(env.p, cPath, o.p, &s.p))
	return s, err
}

// OpenBytes loads a model of at least one byte. ORT copies what it needs.
func OpenBytes(env Env, model []byte, o Options) (Session, error) {
	var s Session
	err := check(C.open_bytes(env.p, unsafe.Pointer(&model[0]), C.size_t(len(model)), o.p, &s.p))
	return s, err
}

// Release frees the session, which must not be running.
func (s Session) Release() { C.release_session(s.p) }

// EndProfiling finishes the session's profile and returns its path: "" where the session writes none, or no longer.
func (s Session) EndProfiling() (string, error) {
	var path *C.char
	err := check(C.end_profiling(s.p, &path))
	return take(path), err
}

// Names are names in C's memory, made once for a session.
type Names struct {
	list **C.char
	n    int
}

// NewNames copies names to C's memory. They must be released.
func NewNames(names []string) Names {
	if len(names) == 0 {
		return Names{}
	}
	list := (**C.char)(C.malloc(C.size_t(len(names)) * C.size_t(unsafe.Sizeof((*C.char)(nil)))))
	for i, slot := 0, unsafe.Slice(list, len(names)); i < len(names); i++ {
		slot[i] = C.CString(names[i])
	}
	return Names{list: list, n: len(names)}
}

// Release frees the names.
func (n Names) Release() {
	for _, name := range unsafe.Slice(n.list, n.n) {
		C.free(unsafe.Pointer(name))
	}
	C.free(unsafe.Pointer(n.list))
}
