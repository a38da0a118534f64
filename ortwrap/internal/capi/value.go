//go:build linux || darwin

package capi

// #include "api.h"
//
// static void release_value(OrtValue *v) { ortwrap_api->ReleaseValue(v); }
// static OrtStatus *value_type(OrtValue *v, OrtTensorTypeAndShapeInfo **out) {
//   return ortwrap_api->GetTensorTypeAndShape(v, out);
// }
// static void release_tensor_type(OrtTensorTypeAndShapeInfo *t) { ortwrap_api->ReleaseTensorTypeAndShapeInfo(t); }
// static OrtStatus *data(OrtValue *v, void **out) { return ortwrap_api->GetTensorMutableData(v, out); }
// static OrtStatus *is_at(OrtValue *v, void *p, int *same) {
//   void *at;
//   OrtStatus *status = ortwrap_api->GetTensorMutableData(v, &at);
//   *same = !status && at == p;
//   return status;
// }
// static OrtStatus *value_count(OrtValue *v, size_t *n) { return ortwrap_api->GetValueCount(v, n); }
// static OrtStatus *value_at(OrtValue *v, int i, OrtValue **out) {
//   OrtAllocator *a;
//   OrtStatus *status = ortwrap_api->GetAllocatorWithDefaultOptions(&a);
//   return status ? status : ortwrap_api->GetValue(v, i, a, out);
// }
// static OrtStatus *strings_size(OrtValue *v, size_t *n) { return ortwrap_api->GetStringTensorDataLength(v, n); }
// static OrtStatus *strings(OrtValue *v, void *p, size_t size, size_t *offsets, size_t n) {
//   return ortwrap_api->GetStringTensorContent(v, p, size, offsets, n);
// }
import "C"

import "unsafe"

// Value is a tensor, sequence or map that ORT holds. The zero value is none.
type Value struct{ p *C.OrtValue }

// ValueAt is the value at an address, such as one that onnxruntime_go keeps.
func ValueAt(p unsafe.Pointer) Value { return Value{(*C.OrtValue)(p)} }

// IsZero says whether there is no value at all.
func (v Value) IsZero() bool { return v.p == nil }

// Release frees the value. Releasing the zero value does nothing, also before there is a library.
func (v Value) Release() {
	if v.p != nil {
		C.release_value(v.p)
	}
}

// Tensor is the element type and the shape of a tensor.
func (v Value) Tensor() (element int, shape []int64, err error) {
	var t *C.OrtTensorTypeAndShapeInfo
	if err := check(C.value_type(v.p, &t)); err != nil {
		return 0, nil, err
	}
	defer C.release_tensor_type(t)
	return typeAndShape(t)
}

// Data is the address of a tensor's elements, which live as long as the value. Not for strings.
func (v Value) Data() (unsafe.Pointer, error) {
	var p unsafe.Pointer
	err := check(C.data(v.p, &p))
	return p, err
}

// IsAt tells whether a tensor's elements are at an address. Their own address never reaches Go, where the garbage collector
// would end the program if nothing is there any more.
func (v Value) IsAt(p unsafe.Pointer) (bool, error) {
	var same C.int
	err := check(C.is_at(v.p, p, &same))
	return same != 0, err
}

// Strings are the elements of a tensor of n strings.
func (v Value) Strings(n int) ([]string, error) {
	list := make([]string, n)
	if n == 0 {
		return list, nil
	}
	var size C.size_t
	if err := check(C.strings_size(v.p, &size)); err != nil {
		return nil, err
	}
	text, starts := make([]byte, size), make([]C.size_t, n)
	if err := check(C.strings(v.p, unsafe.Pointer(unsafe.SliceData(text)), size, &starts[0], C.size_t(n))); err != nil {
		return nil, err
	}
	whole := string(text)
	for i := range list {
		end := size
		if i+1 < n {
			end = starts[i+1]
		}
		list[i] = whole[starts[i]:end]
	}
	return list, nil
}

// Items are the members of a sequence, or the keys and the values of a map. The caller releases them.
func (v Value) Items() ([]Value, error) {
	var n C.size_t
	if err := check(C.value_count(v.p, &n)); err != nil {
		return nil, err
	}
	items := make([]Value, n)
	for i := range items {
		if err := check(C.value_at(v.p, C.int(i), &items[i].p)); err != nil {
			for _, item := range items[:i] {
				item.Release()
			}
			return nil, err
		}
	}
	return items, nil
}
