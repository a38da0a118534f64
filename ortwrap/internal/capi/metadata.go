//go:build linux || darwin

package capi

// #include "api.h"
//
// static OrtStatus *metadata(OrtSession *s, OrtModelMetadata **m) {
//   return ortwrap_api->SessionGetModelMetadata(s, m);
// }
// static void release_metadata(OrtModelMetadata *m) { ortwrap_api->ReleaseModelMetadata(m); }
// static OrtStatus *producer(OrtModelMetadata *m, OrtAllocator *a, char **s) {
//   return ortwrap_api->ModelMetadataGetProducerName(m, a, s);
// }
// static OrtStatus *graph_name(OrtModelMetadata *m, OrtAllocator *a, char **s) {
//   return ortwrap_api->ModelMetadataGetGraphName(m, a, s);
// }
// static OrtStatus *model_domain(OrtModelMetadata *m, OrtAllocator *a, char **s) {
//   return ortwrap_api->ModelMetadataGetDomain(m, a, s);
// }
// static OrtStatus *model_description(OrtModelMetadata *m, OrtAllocator *a, char **s) {
//   return ortwrap_api->ModelMetadataGetDescription(m, a, s);
// }
// static OrtStatus *graph_description(OrtModelMetadata *m, OrtAllocator *a, char **s) {
//   return ortwrap_api->ModelMetadataGetGraphDescription(m, a, s);
// }
// static OrtStatus *model_version(OrtModelMetadata *m, int64_t *v) {
//   return ortwrap_api->ModelMetadataGetVersion(m, v);
// }
// static OrtStatus *custom_keys(OrtModelMetadata *m, OrtAllocator *a, char ***keys, int64_t *n) {
//   return ortwrap_api->ModelMetadataGetCustomMetadataMapKeys(m, a, keys, n);
// }
// static OrtStatus *custom_value(OrtModelMetadata *m, OrtAllocator *a, const char *key, char **s) {
//   return ortwrap_api->ModelMetadataLookupCustomMetadataMap(m, a, key, s);
// }
// static OrtStatus *default_allocator(OrtAllocator **a) { return ortwrap_api->GetAllocatorWithDefaultOptions(a); }
import "C"

import (
	"math"
	"unsafe"
)

// Metadata is what a model says about where it comes from.
type Metadata struct {
	Producer, Graph, Domain, Description, GraphDescription string

	Version int64
	Custom  map[string]string
}

// noVersion is what ORT answers where the model does not say which version it is.
const noVersion = math.MaxInt64

// metadataReader reads the strings of one model's metadata.
type metadataReader struct {
	m *C.OrtModelMetadata
	a *C.OrtAllocator
}

// Metadata reads what the model says about itself.
func (s Session) Metadata() (Metadata, error) {
	var r metadataReader
	if err := check(C.default_allocator(&r.a)); err != nil {
		return Metadata{}, err
	}
	if err := check(C.metadata(s.p, &r.m)); err != nil {
		return Metadata{}, err
	}
	defer C.release_metadata(r.m)
	return r.read()
}

func (r metadataReader) read() (d Metadata, err error) {
	var text *C.char
	for _, item := range []struct {
		to  *string
		get func() *C.OrtStatus
	}{
		{&d.Producer, func() *C.OrtStatus { return C.producer(r.m, r.a, &text) }},
		{&d.Graph, func() *C.OrtStatus { return C.graph_name(r.m, r.a, &text) }},
		{&d.Domain, func() *C.OrtStatus { return C.model_domain(r.m, r.a, &text) }},
		{&d.Description, func() *C.OrtStatus { return C.model_description(r.m, r.a, &text) }},
		{&d.GraphDescription, func() *C.OrtStatus { return C.graph_description(r.m, r.a, &text) }},
	} {
		if err := check(item.get()); err != nil {
			return d, err
		}
		*item.to = take(text)
	}
	var version C.int64_t
	if err := check(C.model_version(r.m, &version)); err != nil {
		return d, err
	}
	if version != noVersion {
		d.Version = int64(version)
	}
	d.Custom, err = r.custom()
	return d, err
}

// custom reads the entries that a model's maker added.
func (r metadataReader) custom() (map[string]string, error) {
	var list **C.char
	var n C.int64_t
	if err := check(C.custom_keys(r.m, r.a, &list, &n)); err != nil || n == 0 {
		return nil, err
	}
	keys := unsafe.Slice(list, int(n))
	defer free(unsafe.Pointer(list))
	defer func() {
		for _, key := range keys {
			free(unsafe.Pointer(key))
		}
	}()
	entries := make(map[string]string, len(keys))
	for _, key := range keys {
		var text *C.char
		if err := check(C.custom_value(r.m, r.a, key, &text)); err != nil {
			return nil, err
		}
		entries[C.GoString(key)] = take(text)
	}
	return entries, nil
}
