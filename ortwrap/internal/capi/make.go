//go:build linux || darwin

package capi

// #include <string.h>
// #include "api.h"
//
// static OrtStatus *new_tensor(int64_t *dims, size_t rank, int element, OrtValue **out) {
//   OrtAllocator *a;
//   OrtStatus *status = ortwrap_api->GetAllocatorWithDefaultOptions(&a);
//   if (status) return status;
//   return ortwrap_api->CreateTensorAsOrtValue(a, dims, rank, (ONNXTensorElementDataType)element, out);
// }
// static OrtStatus *new_container(OrtValue **items, size_t n, int kind, OrtValue **out) {
//   return ortwrap_api->CreateValue((const OrtValue *const *)items, n, (enum ONNXType)kind, out);
// }
// static OrtStatus *set_string(OrtValue *v, size_t i, char *text, size_t n) {
//   char *place;
//   OrtStatus *status = ortwrap_api->GetResizedStringTensorElementBuffer(v, i, n, &place);
//   if (!status && n) memcpy(place, text, n);
//   return status;
// }
import "C"

import "unsafe"

// NewTensor makes a tensor in ORT's own memory, whose elements are not set but for strings, which are empty. It must be
// released.
func NewTensor(element int, shape []int64) (Value, error) {
	var v Value
	err := check(C.new_tensor((*C.int64_t)(unsafe.SliceData(shape)), C.size_t(len(shape)), C.int(element), &v.p))
	return v, err
}

// NewContainer makes a sequence of at least one item, or a map of two: keys and values. A sequence shares the tensors
// that it is made of, a map copies them. It must be released.
func NewContainer(kind int, items []Value) (Value, error) {
	var v Value
	list := (**C.OrtValue)(unsafe.Pointer(unsafe.SliceData(items)))
	err := check(C.new_container(list, C.size_t(len(items)), C.int(kind), &v.p))
	return v, err
}

// SetStrings sets the first elements of a tensor of strings, which may hold any bytes.
func (v Value) SetStrings(list []string) error {
	for i, s := range list {
		text := (*C.char)(unsafe.Pointer(unsafe.StringData(s)))
		if err := check(C.set_string(v.p, C.size_t(i), text, C.size_t(len(s)))); err != nil {
			return err
		}
	}
	return nil
}
