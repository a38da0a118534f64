//go:build linux || darwin

package capi

// #include <stdlib.h>
// #include "api.h"
//
// // An input or an output: which of the two is told by the flag.
// static OrtStatus *count(OrtSession *s, int input, size_t *n) {
//   return input ? ortwrap_api->SessionGetInputCount(s, n) : ortwrap_api->SessionGetOutputCount(s, n);
// }
// static OrtStatus *name(OrtSession *s, int input, size_t i, char **out) {
//   OrtAllocator *a;
//   OrtStatus *status = ortwrap_api->GetAllocatorWithDefaultOptions(&a);
//   if (status) return status;
//   return input ? ortwrap_api->SessionGetInputName(s, i, a, out) : ortwrap_api->SessionGetOutputName(s, i, a, out);
// }
// static OrtStatus *type_info(OrtSession *s, int input, size_t i, OrtTypeInfo **out) {
//   return input ? ortwrap_api->SessionGetInputTypeInfo(s, i, out) : ortwrap_api->SessionGetOutputTypeInfo(s, i, out);
// }
// static void release_type(OrtTypeInfo *t) { ortwrap_api->ReleaseTypeInfo(t); }
// static OrtStatus *kind(OrtTypeInfo *t, int *out) {
//   enum ONNXType k = ONNX_TYPE_UNKNOWN;
//   OrtStatus *status = ortwrap_api->GetOnnxTypeFromTypeInfo(t, &k);
//   *out = (int)k;
//   return status;
// }
// // NULL where the type is no tensor's. Part of t: not to be released.
// static OrtStatus *tensor_type(OrtTypeInfo *t, const OrtTensorTypeAndShapeInfo **out) {
//   return ortwrap_api->CastTypeInfoToTensorInfo(t, out);
// }
// // What is in a sequence or an optional, to be released; NULL for all other types.
// static OrtStatus *inner_type(OrtTypeInfo *t, OrtTypeInfo **out) {
//   const OrtSequenceTypeInfo *s = NULL;
//   const OrtOptionalTypeInfo *o = NULL;
//   OrtStatus *status = ortwrap_api->CastTypeInfoToSequenceTypeInfo(t, &s);
//   if (status || s) return status ? status : ortwrap_api->GetSequenceElementType(s, out);
//   status = ortwrap_api->CastTypeInfoToOptionalTypeInfo(t, &o);
//   return status || !o ? status : ortwrap_api->GetOptionalContainedTypeInfo(o, out);
// }
// static OrtStatus *element_type(const OrtTensorTypeAndShapeInfo *t, int *out) {
//   ONNXTensorElementDataType e = ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
//   OrtStatus *status = ortwrap_api->GetTensorElementType(t, &e);
//   *out = (int)e;
//   return status;
// }
// static OrtStatus *rank(const OrtTensorTypeAndShapeInfo *t, size_t *n) {
//   return ortwrap_api->GetDimensionsCount(t, n);
// }
// static OrtStatus *dimensions(const OrtTensorTypeAndShapeInfo *t, int64_t *d, size_t n) {
//   return ortwrap_api->GetDimensions(t, d, n);
// }
// static OrtStatus *symbols(const OrtTensorTypeAndShapeInfo *t, const char **names, size_t n) {
//   return ortwrap_api->GetSymbolicDimensions(t, names, n);
// }
import "C"

import "unsafe"

// Info describes an input or output of a model.
type Info struct {
	Name    string
	Kind    int      // an ONNXType
	Element int      // an ONNXTensorElementDataType, of the tensors in a sequence or optional too; 0 where there are none
	Shape   []int64  // -1 for a dimension that is not fixed; empty for a scalar and where the model gives no shape
	Symbols []string // names of the dimensions, "" for those without
}

// Inputs describes the model's inputs in their order.
func (s Session) Inputs() ([]Info, error) { return s.describe(1) }

// Outputs describes the model's outputs in their order.
func (s Session) Outputs() ([]Info, error) { return s.describe(0) }

func (s Session) describe(input C.int) ([]Info, error) {
	var n C.size_t
	if err := check(C.count(s.p, input, &n)); err != nil {
		return nil, err
	}
	list := make([]Info, n)
	for i := range list {
		if err := list[i].fill(s, input, C.size_t(i)); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (d *Info) fill(s Session, input C.int, i C.size_t) error {
	var name *C.char
	if err := check(C.name(s.p, input, i, &name)); err != nil {
		return err
	}
	d.Name = take(name)
	var t *C.OrtTypeInfo
	if err := check(C.type_info(s.p, input, i, &t)); err != nil {
		return err
	}
	defer C.release_type(t)
	var kind C.int
	if err := check(C.kind(t, &kind)); err != nil {
		return err
	}
	d.Kind = int(kind)
	var tensor *C.OrtTensorTypeAndShapeInfo
	if err := check(C.tensor_type(t, &tensor)); err != nil {
		return err
	}
	var err error
	if tensor == nil {
		d.Element, err = innerElement(t)
		return err
	}
	if d.Element, d.Shape, err = typeAndShape(tensor); err != nil || len(d.Shape) == 0 {
		return err
	}
	symbols := make([]*C.char, len(d.Shape))
	if err := check(C.symbols(tensor, &symbols[0], C.size_t(len(symbols)))); err != nil {
		return err
	}
	d.Symbols = make([]string, len(symbols))
	for k, symbol := range symbols {
		d.Symbols[k] = C.GoString(symbol)
	}
	return nil
}

// innerElement is the element type of the tensors in a sequence or an optional, which may hold each other.
func innerElement(t *C.OrtTypeInfo) (int, error) {
	var inner *C.OrtTypeInfo
	if err := check(C.inner_type(t, &inner)); err != nil || inner == nil {
		return 0, err
	}
	defer C.release_type(inner)
	var tensor *C.OrtTensorTypeAndShapeInfo
	if err := check(C.tensor_type(inner, &tensor)); err != nil {
		return 0, err
	}
	if tensor == nil {
		return innerElement(inner)
	}
	var e C.int
	err := check(C.element_type(tensor, &e))
	return int(e), err
}

func typeAndShape(t *C.OrtTensorTypeAndShapeInfo) (element int, shape []int64, err error) {
	var e C.int
	if err := check(C.element_type(t, &e)); err != nil {
		return 0, nil, err
	}
	var n C.size_t
	if err := check(C.rank(t, &n)); err != nil {
		return 0, nil, err
	}
	shape = make([]int64, n)
	err = check(C.dimensions(t, (*C.int64_t)(unsafe.SliceData(shape)), n))
	return int(e), shape, err
}
