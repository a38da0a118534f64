package ortwrap

import (
	"fmt"

	ort "github.com/yalue/onnxruntime_go"
)

// ElementType is the type of a tensor's elements. Its numbers are those of ORT. For each there is a Go type; see
// [Element].
type ElementType int

// The element types of ONNX.
const (
	Undefined      ElementType = ort.TensorElementDataTypeUndefined
	Float32        ElementType = ort.TensorElementDataTypeFloat
	Uint8          ElementType = ort.TensorElementDataTypeUint8
	Int8           ElementType = ort.TensorElementDataTypeInt8
	Uint16         ElementType = ort.TensorElementDataTypeUint16
	Int16          ElementType = ort.TensorElementDataTypeInt16
	Int32          ElementType = ort.TensorElementDataTypeInt32
	Int64          ElementType = ort.TensorElementDataTypeInt64
	String         ElementType = ort.TensorElementDataTypeString
	Bool           ElementType = ort.TensorElementDataTypeBool
	Float16        ElementType = ort.TensorElementDataTypeFloat16
	Float64        ElementType = ort.TensorElementDataTypeDouble
	Uint32         ElementType = ort.TensorElementDataTypeUint32
	Uint64         ElementType = ort.TensorElementDataTypeUint64
	Complex64      ElementType = ort.TensorElementDataTypeComplex64
	Complex128     ElementType = ort.TensorElementDataTypeComplex128
	BFloat16       ElementType = ort.TensorElementDataTypeBFloat16
	Float8E4M3FN   ElementType = ort.TensorElementDataTypeFloat8E4M3FN
	Float8E4M3FNUZ ElementType = ort.TensorElementDataTypeFloat8E4M3FNUZ
	Float8E5M2     ElementType = ort.TensorElementDataTypeFloat8E5M2
	Float8E5M2FNUZ ElementType = ort.TensorElementDataTypeFloat8E5M2FNUZ
	Uint4          ElementType = ort.TensorElementDataTypeUint4
	Int4           ElementType = ort.TensorElementDataTypeInt4
)

// elements names the element types and gives the bits that one element takes; strings have no fixed size.
var elements = map[ElementType]struct {
	name string
	bits int64
}{
	Undefined: {"undefined", 0}, String: {"string", 0}, Bool: {"bool", 8},
	Uint4: {"uint4", 4}, Uint8: {"uint8", 8}, Uint16: {"uint16", 16}, Uint32: {"uint32", 32}, Uint64: {"uint64", 64},
	Int4: {"int4", 4}, Int8: {"int8", 8}, Int16: {"int16", 16}, Int32: {"int32", 32}, Int64: {"int64", 64},
	Float16: {"float16", 16}, BFloat16: {"bfloat16", 16}, Float32: {"float32", 32}, Float64: {"float64", 64},
	Float8E4M3FN: {"float8e4m3fn", 8}, Float8E4M3FNUZ: {"float8e4m3fnuz", 8},
	Float8E5M2: {"float8e5m2", 8}, Float8E5M2FNUZ: {"float8e5m2fnuz", 8},
	Complex64: {"complex64", 64}, Complex128: {"complex128", 128},
}

func (t ElementType) String() string {
	if e, ok := elements[t]; ok {
		return e.name
	}
	return fmt.Sprintf("element type %d", int(t))
}

// Kind is the outer type of a value.
type Kind int

// The kinds of ONNX. What is optional may be given the thing itself.
const (
	KindUnknown      Kind = ort.ONNXTypeUnknown
	KindTensor       Kind = ort.ONNXTypeTensor
	KindSequence     Kind = ort.ONNXTypeSequence
	KindMap          Kind = ort.ONNXTypeMap
	KindOpaque       Kind = ort.ONNXTypeOpaque
	KindSparseTensor Kind = ort.ONNXTypeSparseTensor
	KindOptional     Kind = ort.ONNXTypeOptional
)

func (k Kind) String() string {
	names := [...]string{
		KindUnknown: "unknown", KindTensor: "tensor", KindSequence: "sequence", KindMap: "map",
		KindOpaque: "opaque", KindSparseTensor: "sparse tensor", KindOptional: "optional",
	}
	if k < 0 || int(k) >= len(names) {
		return fmt.Sprintf("kind %d", int(k))
	}
	return names[k]
}
