//go:build linux || darwin

package capi

// #include "api.h"
//
// static OrtStatus *create_run_options(OrtRunOptions **o) { return ortwrap_api->CreateRunOptions(o); }
// static void release_run_options(OrtRunOptions *o) { ortwrap_api->ReleaseRunOptions(o); }
// static OrtStatus *set_terminate(OrtRunOptions *o) { return ortwrap_api->RunOptionsSetTerminate(o); }
import "C"

// RunOptions steers one run. The zero value stands for ORT's defaults.
type RunOptions struct{ p *C.OrtRunOptions }

// NewRunOptions makes options for a run that may have to be stopped. They must be released.
func NewRunOptions() (RunOptions, error) {
	var o RunOptions
	err := check(C.create_run_options(&o.p))
	return o, err
}

// Terminate makes a run with these options fail before its next operator.
func (o RunOptions) Terminate() error { return check(C.set_terminate(o.p)) }

// Release frees the options, which no run may be using.
func (o RunOptions) Release() { C.release_run_options(o.p) }
