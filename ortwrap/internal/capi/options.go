//go:build linux || darwin

package capi

// #include "api.h"
//
// static OrtStatus *create_options(OrtSessionOptions **o) { return ortwrap_api->CreateSessionOptions(o); }
// static void release_options(OrtSessionOptions *o) { ortwrap_api->ReleaseSessionOptions(o); }
// static OrtStatus *set_threads(OrtSessionOptions *o, int n) { return ortwrap_api->SetIntraOpNumThreads(o, n); }
// static OrtStatus *set_optimization(OrtSessionOptions *o, int level) {
//   return ortwrap_api->SetSessionGraphOptimizationLevel(o, (GraphOptimizationLevel)level);
// }
import "C"

// Levels of graph optimization.
const (
	OptimizeNone     = C.ORT_DISABLE_ALL
	OptimizeBasic    = C.ORT_ENABLE_BASIC
	OptimizeExtended = C.ORT_ENABLE_EXTENDED
	OptimizeAll      = C.ORT_ENABLE_ALL
)

// Options says how a session is made. The zero value stands for ORT's defaults.
type Options struct{ p *C.OrtSessionOptions }

// NewOptions makes options that can be changed. They must be released.
func NewOptions() (Options, error) {
	var o Options
	err := check(C.create_options(&o.p))
	return o, err
}

// SetThreads sets the number of threads that work on one operator.
func (o Options) SetThreads(n int) error { return check(C.set_threads(o.p, C.int(n))) }

// SetOptimization sets the level of graph optimization.
func (o Options) SetOptimization(level int) error {
	return check(C.set_optimization(o.p, C.int(level)))
}

// Release frees the options. Sessions made with them live on.
func (o Options) Release() { C.release_options(o.p) }
