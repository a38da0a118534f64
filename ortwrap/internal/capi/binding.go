//go:build linux || darwin

package capi

// #include <stdlib.h>
// #include "api.h"
//
// typedef struct {
//   OrtSession *session;
//   OrtIoBinding *io;
//   OrtMemoryInfo *cpu;
//   char **in_names, **out_names;  // the session's
//   OrtValue **in, **out;          // NULL in out: ORT makes the output; NULL in in: it is left out
//   size_t n_in, n_out;
//   int anew;                      // bind everything before each run
// } binding;
//
// static OrtStatus *bind_values(binding *b, int all) {
//   OrtStatus *status = NULL;
//   for (size_t i = 0; all && i < b->n_in && !status; i++)
//     if (b->in[i]) status = ortwrap_api->BindInput(b->io, b->in_names[i], b->in[i]);
//   for (size_t i = 0; i < b->n_out && !status; i++) {
//     if (!b->out[i])  // else ORT would write into the output of the last run, and fail if the shape differs
//       status = ortwrap_api->BindOutputToDevice(b->io, b->out_names[i], b->cpu);
//     else if (all)
//       status = ortwrap_api->BindOutput(b->io, b->out_names[i], b->out[i]);
//   }
//   return status;
// }
// static OrtStatus *open_binding(binding *b) {
//   OrtStatus *status = ortwrap_api->CreateIoBinding(b->session, &b->io);
//   if (!status) status = ortwrap_api->CreateCpuMemoryInfo(OrtDeviceAllocator, OrtMemTypeDefault, &b->cpu);
//   return status ? status : bind_values(b, 1);
// }
// static OrtStatus *rebind(binding *b, int input, size_t i, OrtValue *v) {
//   if (input) return ortwrap_api->BindInput(b->io, b->in_names[i], b->in[i] = v);
//   return ortwrap_api->BindOutput(b->io, b->out_names[i], b->out[i] = v);
// }
// static OrtStatus *run_bound(binding *b, OrtRunOptions *o) {
//   OrtStatus *status = bind_values(b, b->anew);
//   return status ? status : ortwrap_api->RunWithBinding(b->session, o, b->io);
// }
// static OrtStatus *bound_outputs(binding *b, OrtValue **out) {
//   OrtAllocator *a;
//   OrtStatus *status = ortwrap_api->GetAllocatorWithDefaultOptions(&a);
//   OrtValue **list = NULL;
//   size_t n = 0;
//   if (!status) status = ortwrap_api->GetBoundOutputValues(b->io, a, &list, &n);
//   for (size_t i = 0; i < n; i++) out[i] = list[i];
//   return status || !list ? status : ortwrap_api->AllocatorFree(a, list);
// }
// static void release_binding(binding *b) {
//   ortwrap_api->ReleaseIoBinding(b->io);
//   ortwrap_api->ReleaseMemoryInfo(b->cpu);
//   free(b->in);
//   free(b->out);
//   free(b);
// }
import "C"

import "unsafe"

// Binding is a session with values that its runs read and write (OrtIoBinding). It runs once at a time.
type Binding struct{ p *C.binding }

// Bind binds inputs, one for each of inputNames, and outputs, one for each of outputNames. An input that is zero is
// left out. An output that is zero is made anew by ORT for each run, in the CPU's memory. ORT binds a copy of an input
// that the session needs on another device: anew makes it take the copy before each run. The values must not be
// released before the binding is, and the binding must be released before session and names are.
func (s Session) Bind(inputNames Names, inputs []Value, outputNames Names, outputs []Value, anew bool) (
	Binding, error,
) {
	p := (*C.binding)(C.malloc(C.sizeof_binding))
	*p = C.binding{
		session:  s.p,
		in_names: inputNames.list, in: array(inputs), n_in: C.size_t(len(inputs)),
		out_names: outputNames.list, out: array(outputs), n_out: C.size_t(len(outputs)),
	}
	if anew {
		p.anew = 1
	}
	b := Binding{p}
	if err := check(C.open_binding(p)); err != nil {
		b.Release()
		return Binding{}, err
	}
	return b, nil
}

// RebindInput binds another value to an input that is not left out.
func (b Binding) RebindInput(i int, v Value) error { return check(C.rebind(b.p, 1, C.size_t(i), v.p)) }

// RebindOutput binds another value to an output that ORT does not make.
func (b Binding) RebindOutput(i int, v Value) error { return check(C.rebind(b.p, 0, C.size_t(i), v.p)) }

// Run runs the model on what is bound. It allocates nothing in Go unless it fails.
func (b Binding) Run(o RunOptions) error { return check(C.run_bound(b.p, o.p)) }

// Outputs are the outputs of the last run, which must have succeeded, in the order of the names. The caller releases
// them.
func (b Binding) Outputs() ([]Value, error) {
	list := make([]Value, b.p.n_out)
	err := check(C.bound_outputs(b.p, (**C.OrtValue)(unsafe.Pointer(unsafe.SliceData(list)))))
	return list, err
}

// Release frees the binding, which must not be running, and the outputs that ORT made.
func (b Binding) Release() { C.release_binding(b.p) }
