//go:build linux || darwin

package capi

// #include <stdlib.h>
// #include "api.h"
//
// typedef const char *const *names;
//
// // What follows sets no option when the library lacks the provider: making the options fails.
// static OrtStatus *add_cuda(OrtSessionOptions *o, char **keys, char **values, size_t n) {
//   OrtCUDAProviderOptionsV2 *p = NULL;
//   OrtStatus *status = ortwrap_api->CreateCUDAProviderOptions(&p);
//   if (!status) status = ortwrap_api->UpdateCUDAProviderOptions(p, (names)keys, (names)values, n);
//   if (!status) status = ortwrap_api->SessionOptionsAppendExecutionProvider_CUDA_V2(o, p);
//   if (p) ortwrap_api->ReleaseCUDAProviderOptions(p);
//   return status;
// }
// static OrtStatus *add_dnnl(OrtSessionOptions *o, char **keys, char **values, size_t n) {
//   OrtDnnlProviderOptions *p = NULL;
//   OrtStatus *status = ortwrap_api->CreateDnnlProviderOptions(&p);
//   if (!status) status = ortwrap_api->UpdateDnnlProviderOptions(p, (names)keys, (names)values, n);
//   if (!status) status = ortwrap_api->SessionOptionsAppendExecutionProvider_Dnnl(o, p);
//   if (p) ortwrap_api->ReleaseDnnlProviderOptions(p);
//   return status;
// }
// static OrtStatus *add_coreml(OrtSessionOptions *o, char **keys, char **values, size_t n) {
//   return ortwrap_api->SessionOptionsAppendExecutionProvider(o, "CoreML", (names)keys, (names)values, n);
// }
import "C"

// AddCUDA adds the CUDA provider with options as keys and their values. It loads the provider's library and asks the
// driver where device_id is among the keys.
func (o Options) AddCUDA(keys, values []string) error {
	k, v := NewNames(keys), NewNames(values)
	defer k.Release()
	defer v.Release()
	return check(C.add_cuda(o.p, k.list, v.list, C.size_t(k.n)))
}

// AddDNNL adds the oneDNN provider.
func (o Options) AddDNNL(keys, values []string) error {
	k, v := NewNames(keys), NewNames(values)
	defer k.Release()
	defer v.Release()
	return check(C.add_dnnl(o.p, k.list, v.list, C.size_t(k.n)))
}

// AddCoreML adds the CoreML provider.
func (o Options) AddCoreML(keys, values []string) error {
	k, v := NewNames(keys), NewNames(values)
	defer k.Release()
	defer v.Release()
	return check(C.add_coreml(o.p, k.list, v.list, C.size_t(k.n)))
}
