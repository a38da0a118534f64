package ortwrap

import ort "github.com/yalue/onnxruntime_go"

// NewAdvancedSession loads the model in a file, with the inputs and outputs of all its runs. The options may be nil.
func NewAdvancedSession(path string, inputNames, outputNames []string, inputs, outputs []Value,
	options *SessionOptions,
) (*AdvancedSession, error) {
	return forward(func() (*AdvancedSession, error) {
		return ort.NewAdvancedSession(path, inputNames, outputNames, inputs, outputs, options)
	})
}

// NewAdvancedSessionWithONNXData is [NewAdvancedSession] with the bytes of a model file.
func NewAdvancedSessionWithONNXData(model []byte, inputNames, outputNames []string, inputs, outputs []Value,
	options *SessionOptions,
) (*AdvancedSession, error) {
	return forward(func() (*AdvancedSession, error) {
		return ort.NewAdvancedSessionWithONNXData(model, inputNames, outputNames, inputs, outputs, options)
	})
}

// NewDynamicAdvancedSession loads the model in a file. The options may be nil.
func NewDynamicAdvancedSession(path string, inputNames, outputNames []string,
	options *SessionOptions,
) (*DynamicAdvancedSession, error) {
	return forward(func() (*DynamicAdvancedSession, error) {
		return ort.NewDynamicAdvancedSession(path, inputNames, outputNames, options)
	})
}

// NewDynamicAdvancedSessionWithONNXData is [NewDynamicAdvancedSession] with the bytes of a model file.
func NewDynamicAdvancedSessionWithONNXData(model []byte, inputNames, outputNames []string,
	options *SessionOptions,
) (*DynamicAdvancedSession, error) {
	return forward(func() (*DynamicAdvancedSession, error) {
		return ort.NewDynamicAdvancedSessionWithONNXData(model, inputNames, outputNames, options)
	})
}

// NewDynamicSession loads the model in a file.
func NewDynamicSession[In, Out TensorData](path string, inputNames, outputNames []string) (*DynamicSession[In, Out],
	error,
) {
	return forward(func() (*DynamicSession[In, Out], error) {
		return ort.NewDynamicSession[In, Out](path, inputNames, outputNames)
	})
}

// NewDynamicSessionWithONNXData is [NewDynamicSession] with the bytes of a model file.
func NewDynamicSessionWithONNXData[In, Out TensorData](model []byte,
	inputNames, outputNames []string,
) (*DynamicSession[In, Out], error) {
	return forward(func() (*DynamicSession[In, Out], error) {
		return ort.NewDynamicSessionWithONNXData[In, Out](model, inputNames, outputNames)
	})
}

// NewSessionOptions makes options with ORT's defaults. They must be destroyed.
func NewSessionOptions() (*SessionOptions, error) { return forward(ort.NewSessionOptions) }

// NewRunOptions makes options for a run. They must be destroyed.
func NewRunOptions() (*RunOptions, error) { return forward(ort.NewRunOptions) }

// NewCUDAProviderOptions makes options with defaults. They must be destroyed. The error is ORT's where it was built
// without CUDA.
func NewCUDAProviderOptions() (*CUDAProviderOptions, error) {
	return forward(ort.NewCUDAProviderOptions)
}

// NewTensorRTProviderOptions makes options with defaults. They must be destroyed. The error is ORT's where it was built
// without TensorRT.
func NewTensorRTProviderOptions() (*TensorRTProviderOptions, error) {
	return forward(ort.NewTensorRTProviderOptions)
}

// NewEmptyScalar makes a scalar with a zero in it.
func NewEmptyScalar[T TensorData]() (*Scalar[T], error) {
	return create("scalar", ort.NewEmptyScalar[T])
}

// GetInputOutputInfo loads the model in a file and describes its inputs and its outputs.
func GetInputOutputInfo(path string) (inputs, outputs []InputOutputInfo, err error) {
	return GetInputOutputInfoWithOptions(path, nil)
}

// GetInputOutputInfoWithOptions is [GetInputOutputInfo] with options for the session.
func GetInputOutputInfoWithOptions(path string, options *SessionOptions) (inputs, outputs []InputOutputInfo,
	err error,
) {
	inputs, err = forward(func() (in []InputOutputInfo, err error) {
		in, outputs, err = ort.GetInputOutputInfoWithOptions(path, options)
		return in, err
	})
	return inputs, outputs, err
}

// GetInputOutputInfoWithONNXData is [GetInputOutputInfo] with the bytes of a model file.
func GetInputOutputInfoWithONNXData(model []byte) (inputs, outputs []InputOutputInfo, err error) {
	inputs, err = forward(func() (in []InputOutputInfo, err error) {
		in, outputs, err = ort.GetInputOutputInfoWithONNXData(model)
		return in, err
	})
	return inputs, outputs, err
}

// GetModelMetadata loads the model in a file and returns its metadata.
func GetModelMetadata(path string) (*ModelMetadata, error) {
	return GetModelMetadataWithOptions(path, nil)
}

// GetModelMetadataWithOptions is [GetModelMetadata] with options for the session.
func GetModelMetadataWithOptions(path string, options *SessionOptions) (*ModelMetadata, error) {
	return forward(func() (*ModelMetadata, error) { return ort.GetModelMetadataWithOptions(path, options) })
}

// GetModelMetadataWithONNXData is [GetModelMetadata] with the bytes of a model file.
func GetModelMetadataWithONNXData(model []byte) (*ModelMetadata, error) {
	return forward(func() (*ModelMetadata, error) { return ort.GetModelMetadataWithONNXData(model) })
}

// GetTensorElementDataType is the element type of a [Tensor] of T; see [ElementOf] for all types.
func GetTensorElementDataType[T TensorData]() TensorElementDataType {
	return TensorElementDataType(ort.GetTensorElementDataType[T]())
}

// GetVersion is [Version].
func GetVersion() string { return Version() }

// IsInitialized says whether ORT is ready. What needs ORT makes it so.
func IsInitialized() bool {
	env.lock.Lock()
	defer env.lock.Unlock()
	return env.ready
}

// EnableTelemetry makes ORT report its use, where it was built with that: in Microsoft's builds for Windows.
func EnableTelemetry() error { return forwardCall(ort.EnableTelemetry) }

// DisableTelemetry takes [EnableTelemetry] back.
func DisableTelemetry() error { return forwardCall(ort.DisableTelemetry) }

// forward calls a function of onnxruntime_go, which needs the environment.
func forward[V any](call func() (V, error)) (V, error) {
	if err := env.enter(); err != nil {
		var none V
		return none, err
	}
	defer env.leave()
	return call()
}

func forwardCall(call func() error) error {
	_, err := forward(func() (struct{}, error) { return struct{}{}, call() })
	return err
}
