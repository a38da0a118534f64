//go:build linux || darwin

package capi

// #include "api.h"
//
// static OrtStatus *create_run_options(OrtRunOptions **o) { return ortwrap_api->CreateRunOptions(o); }
// static void release_run_options(OrtRunOptions *o) { ortwrap_api->ReleaseRunOptions(o); }
// static OrtStatus *set_terminate(OrtRunOptions *o) { return ortwrap_api->RunOptionsSetTerminate(o); }
// static OrtStatus *unset_terminate(OrtRunOptions *o) { return ortwrap_api->RunOptionsUnsetTerminate(o); }
//
// static OrtStatus *run(OrtSession *s, OrtRunOptions *o, char **in_names, OrtValue **in, size_t n_in,
//                       char **out_names, OrtValue **out, size_t n_out) {
//   return ortwrap_api->Run(s, o, (const char *const *)in_names, (const OrtValue *const *)in, n_in,
//                           (const char *const *)out_names, n_out, out);
// }
import "C"

import "unsafe"

// RunOptions steers one run at a time. The zero value stands for ORT's defaults.
type RunOptions struct{ p *C.OrtRunOptions }

// NewRunOptions makes options for runs that may have to be stopped. They must be released.
func NewRunOptions() (RunOptions, error) {
	var o RunOptions
	err := check(C.create_run_options(&o.p))
	return o, err
}

// Terminate makes runs with these options fail before their next operator, until Resume is called.
func (o RunOptions) Terminate() error { return check(C.set_terminate(o.p)) }

// Resume takes Terminate back.
func (o RunOptions) Resume() error { return check(C.unset_terminate(o.p)) }

// Release frees the options, which no run may be using.
func (o RunOptions) Release() { C.release_run_options(o.p) }

// Run runs the model on inputs, one for each of inputNames, and fills outputs, zero values before, one for each of
// outputNames. The caller releases them. Nothing may be released while it runs; all goroutines may run one session at
// the same time.
func (s Session) Run(o RunOptions, inputNames Names, inputs []Value, outputNames Names, outputs []Value) error {
	return check(C.run(s.p, o.p,
		inputNames.list, (**C.OrtValue)(unsafe.Pointer(unsafe.SliceData(inputs))), C.size_t(len(inputs)),
		outputNames.list, (**C.OrtValue)(unsafe.Pointer(unsafe.SliceData(outputs))), C.size_t(len(outputs))))
}
