package ortwrap

import ort "github.com/yalue/onnxruntime_go"

// What follows is onnxruntime_go's own way to run models, for programs that were written for it: they need nothing but
// another import. New programs have [Session]. Sessions of this kind must be destroyed before [Shutdown], which does
// not know them.
type (
	// AdvancedSession is a loaded model with fixed inputs and outputs.
	AdvancedSession = ort.AdvancedSession
	// DynamicAdvancedSession is a loaded model that gets its inputs and outputs with each run.
	DynamicAdvancedSession = ort.DynamicAdvancedSession
	// DynamicSession is a DynamicAdvancedSession whose inputs have one element type, and whose outputs have one.
	DynamicSession[In, Out TensorData] = ort.DynamicSession[In, Out]
	// SessionOptions says how a session of this kind is made.
	SessionOptions = ort.SessionOptions
	// RunOptions can stop a run.
	RunOptions = ort.RunOptions
	// IoBinding has inputs and outputs bound to a DynamicAdvancedSession.
	IoBinding = ort.IoBinding
	// CUDAProviderOptions are options of the CUDA provider, for SessionOptions.
	CUDAProviderOptions = ort.CUDAProviderOptions
	// TensorRTProviderOptions are options of the TensorRT provider, for SessionOptions.
	TensorRTProviderOptions = ort.TensorRTProviderOptions
	// ModelMetadata says where a model comes from. It must be destroyed.
	ModelMetadata = ort.ModelMetadata
	// InputOutputInfo describes an input or an output of a model.
	InputOutputInfo = ort.InputOutputInfo
	// LoggingLevel says how much ORT logs.
	LoggingLevel = ort.LoggingLevel
	// GraphOptimizationLevel says how much ORT may change a model's graph.
	GraphOptimizationLevel = ort.GraphOptimizationLevel
	// ONNXType is the outer type of a value.
	ONNXType = ort.ONNXType
	// TensorElementDataType is the type of a tensor's elements.
	TensorElementDataType = ort.TensorElementDataType
	// FloatData are the floating-point numbers that a [Tensor] can have.
	FloatData = ort.FloatData
	// IntData are the integers that a [Tensor] can have.
	IntData = ort.IntData
	// ValueInternalData is the address of ORT's own value.
	ValueInternalData = ort.ValueInternalData
	// ArbitraryTensor is an older name of Value.
	ArbitraryTensor = ort.ArbitraryTensor
	// TensorInternalData is an older name of ValueInternalData.
	TensorInternalData = ort.TensorInternalData
	// BadShapeDimensionError is the error of a shape with a negative dimension.
	BadShapeDimensionError = ort.BadShapeDimensionError
)

// Errors of onnxruntime_go.
var (
	// NotInitializedError says that ORT is not initialised, which does not happen to the functions of this package.
	NotInitializedError = ort.NotInitializedError
	// ZeroShapeLengthError says that a shape has no dimensions where it needs one.
	ZeroShapeLengthError = ort.ZeroShapeLengthError
	// ShapeOverflowError says that a shape has more elements than an int64 can count.
	ShapeOverflowError = ort.ShapeOverflowError
)

// The levels of a [LoggingLevel].
const (
	LoggingLevelVerbose = ort.LoggingLevelVerbose
	LoggingLevelInfo    = ort.LoggingLevelInfo
	LoggingLevelWarning = ort.LoggingLevelWarning
	LoggingLevelError   = ort.LoggingLevelError
	LoggingLevelFatal   = ort.LoggingLevelFatal
)

// The element types as a [TensorElementDataType]. [ElementType] has them too.
const (
	TensorElementDataTypeUndefined      = ort.TensorElementDataTypeUndefined
	TensorElementDataTypeFloat          = ort.TensorElementDataTypeFloat
	TensorElementDataTypeUint8          = ort.TensorElementDataTypeUint8
	TensorElementDataTypeInt8           = ort.TensorElementDataTypeInt8
	TensorElementDataTypeUint16         = ort.TensorElementDataTypeUint16
	TensorElementDataTypeInt16          = ort.TensorElementDataTypeInt16
	TensorElementDataTypeInt32          = ort.TensorElementDataTypeInt32
	TensorElementDataTypeInt64          = ort.TensorElementDataTypeInt64
	TensorElementDataTypeString         = ort.TensorElementDataTypeString
	TensorElementDataTypeBool           = ort.TensorElementDataTypeBool
	TensorElementDataTypeFloat16        = ort.TensorElementDataTypeFloat16
	TensorElementDataTypeDouble         = ort.TensorElementDataTypeDouble
	TensorElementDataTypeUint32         = ort.TensorElementDataTypeUint32
	TensorElementDataTypeUint64         = ort.TensorElementDataTypeUint64
	TensorElementDataTypeComplex64      = ort.TensorElementDataTypeComplex64
	TensorElementDataTypeComplex128     = ort.TensorElementDataTypeComplex128
	TensorElementDataTypeBFloat16       = ort.TensorElementDataTypeBFloat16
	TensorElementDataTypeFloat8E4M3FN   = ort.TensorElementDataTypeFloat8E4M3FN
	TensorElementDataTypeFloat8E4M3FNUZ = ort.TensorElementDataTypeFloat8E4M3FNUZ
	TensorElementDataTypeFloat8E5M2     = ort.TensorElementDataTypeFloat8E5M2
	TensorElementDataTypeFloat8E5M2FNUZ = ort.TensorElementDataTypeFloat8E5M2FNUZ
	TensorElementDataTypeUint4          = ort.TensorElementDataTypeUint4
	TensorElementDataTypeInt4           = ort.TensorElementDataTypeInt4
)

// The levels of a [GraphOptimizationLevel]. [Optimization] has them too.
const (
	GraphOptimizationLevelDisableAll     = ort.GraphOptimizationLevelDisableAll
	GraphOptimizationLevelEnableBasic    = ort.GraphOptimizationLevelEnableBasic
	GraphOptimizationLevelEnableExtended = ort.GraphOptimizationLevelEnableExtended
	GraphOptimizationLevelEnableAll      = ort.GraphOptimizationLevelEnableAll
)

// The kinds of values as an [ONNXType]. [Kind] has them too.
const (
	ONNXTypeUnknown      = ort.ONNXTypeUnknown
	ONNXTypeTensor       = ort.ONNXTypeTensor
	ONNXTypeSequence     = ort.ONNXTypeSequence
	ONNXTypeMap          = ort.ONNXTypeMap
	ONNXTypeOpaque       = ort.ONNXTypeOpaque
	ONNXTypeSparseTensor = ort.ONNXTypeSparseTensor
	ONNXTypeOptional     = ort.ONNXTypeOptional
)

// The two ways in which [SessionOptions] have the operators of a model run.
const (
	ExecutionModeSequential = ort.ExecutionModeSequential
	ExecutionModeParallel   = ort.ExecutionModeParallel
)
