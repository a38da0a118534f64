//go:build linux || darwin

package capi

// #include <stdlib.h>
// #include "api.h"
//
// typedef struct {
//   OrtSession *session;
//   OrtRunOptions *options;
//   char **in_names, **out_names;  // the session's
//   OrtValue **in, **out;
//   size_t n_in, n_out;
//   const char **given_names;  // space for those of the inputs that are not NULL
//   const OrtValue **given;
// } runner;
//
// static OrtStatus *create_run_options(OrtRunOptions **o) { return ortwrap_api->CreateRunOptions(o); }
// static void release_run_options(OrtRunOptions *o) { ortwrap_api->ReleaseRunOptions(o); }
// static OrtStatus *set_terminate(OrtRunOptions *o) { return ortwrap_api->RunOptionsSetTerminate(o); }
// static OrtStatus *unset_terminate(OrtRunOptions *o) { return ortwrap_api->RunOptionsUnsetTerminate(o); }
//
// static OrtStatus *run(runner *r) {
//   size_t n = 0;
//   for (size_t i = 0; i < r->n_in; i++) {
//     if (!r->in[i]) continue;
//     r->given_names[n] = r->in_names[i];
//     r->given[n++] = r->in[i];
//   }
//   return ortwrap_api->Run(r->session, r->options, r->given_names, r->given, n, (const char *const *)r->out_names,
//                           r->n_out, r->out);
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

// Runner holds what goes into a run and what comes out, in C's memory: a run then has nothing to be checked by cgo. It
// runs once at a time; all runners of a session may run at the same time.
type Runner struct{ p *C.runner }

// NewRunner makes a runner with an input for each of inputNames and an output for each of outputNames, all zero. It
// must be released before the session, the options and the names.
func (s Session) NewRunner(o RunOptions, inputNames, outputNames Names) Runner {
	p := (*C.runner)(C.malloc(C.sizeof_runner))
	none := make([]Value, inputNames.n)
	*p = C.runner{
		session: s.p, options: o.p,
		in_names: inputNames.list, in: array(none), n_in: C.size_t(inputNames.n),
		out_names: outputNames.list, out: array(make([]Value, outputNames.n)), n_out: C.size_t(outputNames.n),
		given_names: (**C.char)(unsafe.Pointer(array(none))), given: array(none),
	}
	return Runner{p}
}

// Inputs are to be set before a run, and not to be released before it ends. One that is zero is left out.
func (r Runner) Inputs() []Value {
	return unsafe.Slice((*Value)(unsafe.Pointer(r.p.in)), int(r.p.n_in))
}

// Outputs are set by a run, for the caller to release, and must be zero when it begins.
func (r Runner) Outputs() []Value {
	return unsafe.Slice((*Value)(unsafe.Pointer(r.p.out)), int(r.p.n_out))
}

// Run runs the model.
func (r Runner) Run() error { return check(C.run(r.p)) }

// Release frees the runner, which must not be running, but not its values.
func (r Runner) Release() {
	C.free(unsafe.Pointer(r.p.in))
	C.free(unsafe.Pointer(r.p.out))
	C.free(unsafe.Pointer(r.p.given_names))
	C.free(unsafe.Pointer(r.p.given))
	C.free(unsafe.Pointer(r.p))
}

// array copies values to C's memory.
func array(values []Value) **C.OrtValue {
	if len(values) == 0 {
		return nil
	}
	list := (**C.OrtValue)(C.malloc(C.size_t(len(values)) * C.size_t(unsafe.Sizeof(values[0]))))
	copy(unsafe.Slice((*Value)(unsafe.Pointer(list)), len(values)), values)
	return list
}
