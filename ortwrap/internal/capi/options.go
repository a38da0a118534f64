//go:build linux || darwin

package capi

// #include <stdlib.h>
// #include "api.h"
//
// static OrtStatus *create_options(OrtSessionOptions **o) { return ortwrap_api->CreateSessionOptions(o); }
// static void release_options(OrtSessionOptions *o) { ortwrap_api->ReleaseSessionOptions(o); }
// static OrtStatus *set_threads(OrtSessionOptions *o, int n) { return ortwrap_api->SetIntraOpNumThreads(o, n); }
// static OrtStatus *set_inter_op_threads(OrtSessionOptions *o, int n) {
//   return ortwrap_api->SetInterOpNumThreads(o, n);
// }
// static OrtStatus *set_execution_mode(OrtSessionOptions *o, int mode) {
//   return ortwrap_api->SetSessionExecutionMode(o, (ExecutionMode)mode);
// }
// static OrtStatus *set_optimization(OrtSessionOptions *o, int level) {
//   return ortwrap_api->SetSessionGraphOptimizationLevel(o, (GraphOptimizationLevel)level);
// }
// static OrtStatus *set_log_severity(OrtSessionOptions *o, int severity) {
//   return ortwrap_api->SetSessionLogSeverityLevel(o, severity);
// }
// static OrtStatus *set_config(OrtSessionOptions *o, const char *key, const char *value) {
//   return ortwrap_api->AddSessionConfigEntry(o, key, value);
// }
// static OrtStatus *enable_profiling(OrtSessionOptions *o, const char *prefix) {
//   return ortwrap_api->EnableProfiling(o, prefix);
// }
// static OrtStatus *disable_arena(OrtSessionOptions *o) { return ortwrap_api->DisableCpuMemArena(o); }
// static OrtStatus *disable_pattern(OrtSessionOptions *o) { return ortwrap_api->DisableMemPattern(o); }
// static OrtStatus *add_external(OrtSessionOptions *o, const char *name, void *data, size_t n) {
//   char *file = data;
//   return ortwrap_api->AddExternalInitializersFromFilesInMemory(o, &name, &file, &n, 1);
// }
import "C"

import (
	"runtime"
	"unsafe"
)

// Levels of graph optimization.
const (
	OptimizeNone     = C.ORT_DISABLE_ALL
	OptimizeBasic    = C.ORT_ENABLE_BASIC
	OptimizeExtended = C.ORT_ENABLE_EXTENDED
	OptimizeAll      = C.ORT_ENABLE_ALL
)

// Modes of execution.
const (
	Sequential = C.ORT_SEQUENTIAL
	Parallel   = C.ORT_PARALLEL
)

// Options says how a session is made. The zero value stands for ORT's defaults.
type Options struct {
	p    *C.OrtSessionOptions
	pins *runtime.Pinner // of Go's memory that ORT reads when the session is made
}

// NewOptions makes options that can be changed. They must be released.
func NewOptions() (Options, error) {
	o := Options{pins: new(runtime.Pinner)}
	err := check(C.create_options(&o.p))
	return o, err
}

// SetThreads sets the number of threads that work on one operator.
func (o Options) SetThreads(n int) error { return check(C.set_threads(o.p, C.int(n))) }

// SetInterOpThreads sets the number of threads that share the operators.
func (o Options) SetInterOpThreads(n int) error { return check(C.set_inter_op_threads(o.p, C.int(n))) }

// SetExecutionMode sets whether operators run one after another.
func (o Options) SetExecutionMode(mode int) error {
	return check(C.set_execution_mode(o.p, C.int(mode)))
}

// SetOptimization sets the level of graph optimization.
func (o Options) SetOptimization(level int) error {
	return check(C.set_optimization(o.p, C.int(level)))
}

// SetLogSeverity sets the severity from which on the session logs.
func (o Options) SetLogSeverity(severity int) error {
	return check(C.set_log_severity(o.p, C.int(severity)))
}

// SetConfig sets an entry of the session's configuration.
func (o Options) SetConfig(key, value string) error {
	cKey, cValue := C.CString(key), C.CString(value)
	defer C.free(unsafe.Pointer(cKey))
	defer C.free(unsafe.Pointer(cValue))
	return check(C.set_config(o.p, cKey, cValue))
}

// EnableProfiling makes the session write a file whose path begins with prefix.
func (o Options) EnableProfiling(prefix string) error {
	cPrefix := C.CString(prefix)
	defer C.free(unsafe.Pointer(cPrefix))
	return check(C.enable_profiling(o.p, cPrefix))
}

// DisableArena makes the processor's memory come from the system each time, not from what ORT keeps.
func (o Options) DisableArena() error { return check(C.disable_arena(o.p)) }

// DisableMemoryPattern stops ORT from planning the memory of a run by that of the first one.
func (o Options) DisableMemoryPattern() error { return check(C.disable_pattern(o.p)) }

// AddExternal takes data, at least one byte, in place of an external file of a model. ORT copies it when the session is
// made, and keeps its address till then: it stays pinned until the options are released.
func (o Options) AddExternal(name string, data []byte) error {
	cName := C.CString(name)
	defer C.free(unsafe.Pointer(cName))
	o.pins.Pin(&data[0])
	return check(C.add_external(o.p, cName, unsafe.Pointer(&data[0]), C.size_t(len(data))))
}

// Release frees the options. Sessions made with them live on.
func (o Options) Release() {
	C.release_options(o.p)
	if o.pins != nil {
		o.pins.Unpin()
	}
}
