//go:build linux || darwin

package capi

// // Both directives together keep a description on the stack. None of the functions below logs, so none calls Go.
// #cgo noescape describe_value
// #cgo nocallback describe_value
//
// #include "api.h"
//
// #define MAX_RANK 8
//
// typedef struct {
//   int full, kind, element;
//   size_t rank;
//   int64_t dims[MAX_RANK];
//   void *data;
// } description;
//
// static OrtStatus *describe_value(OrtValue *v, description *d) {
//   OrtStatus *status = ortwrap_api->HasValue(v, &d->full);
//   if (status || !d->full) return status;
//   enum ONNXType kind = ONNX_TYPE_UNKNOWN;
//   status = ortwrap_api->GetValueType(v, &kind);
//   d->kind = (int)kind;
//   if (status || kind != ONNX_TYPE_TENSOR) return status;
//
//   OrtTensorTypeAndShapeInfo *t = NULL;
//   ONNXTensorElementDataType element = ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
//   status = ortwrap_api->GetTensorTypeAndShape(v, &t);
//   if (status) return status;
//   status = ortwrap_api->GetTensorElementType(t, &element);
//   d->element = (int)element;
//   if (!status) status = ortwrap_api->GetDimensionsCount(t, &d->rank);
//   if (!status && d->rank <= MAX_RANK) status = ortwrap_api->GetDimensions(t, d->dims, d->rank);
//   ortwrap_api->ReleaseTensorTypeAndShapeInfo(t);
//   if (!status && element != ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING)
//     status = ortwrap_api->GetTensorMutableData(v, &d->data);
//   return status;
// }
import "C"

import "unsafe"

// Description is what Describe says about a value.
type Description struct{ c C.description }

// Describe describes a value in one call to C.
func (v Value) Describe() (Description, error) {
	var d Description
	err := check(C.describe_value(v.p, &d.c))
	return d, err
}

// Full says whether an optional value has something in it; all others have. If not, nothing else is known.
func (d *Description) Full() bool { return d.c.full != 0 }

// Kind is the value's ONNXType. What stands below is for tensors only.
func (d *Description) Kind() int { return int(d.c.kind) }

// Element is the type of the elements.
func (d *Description) Element() int { return int(d.c.element) }

// Shape is a copy of the shape, and false if it has too many dimensions to be described.
func (d *Description) Shape() ([]int64, bool) {
	if d.c.rank > C.MAX_RANK {
		return nil, false
	}
	shape := make([]int64, d.c.rank)
	for i := range shape {
		shape[i] = int64(d.c.dims[i])
	}
	return shape, true
}

// Data is the address of the elements, which live as long as the value; nil for strings.
func (d *Description) Data() unsafe.Pointer { return d.c.data }
