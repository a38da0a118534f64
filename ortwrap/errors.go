package ortwrap

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// What a caller may want to tell apart with errors.Is. The codes of ORT itself are of type [Code].
var (
	ErrUnsupportedVersion = errors.New("unsupported version of ONNX Runtime")
	ErrLibrary            = errors.New("unusable library of ONNX Runtime")
	ErrForeignEnvironment = errors.New("onnxruntime_go was initialised outside of ortwrap: leave that to ortwrap")
	ErrSessionsOpen       = errors.New("sessions are still open")
	ErrClosed             = errors.New("the session is closed")
	ErrNoModel            = errors.New("no model given: use FromFile or FromMemory")
	ErrOption             = errors.New("unusable option")
	ErrInputCount         = errors.New("wrong number of inputs")
	ErrInputName          = errors.New("wrong input name")
	ErrInputType          = errors.New("wrong type of input")
	ErrInputShape         = errors.New("wrong shape of input")
	ErrInvalidValue       = errors.New("unusable value")
	ErrUnsupportedValue   = errors.New("unsupported kind of value")

	// ErrModelFormat: the file or the bytes are no ONNX model, or only a part of one.
	ErrModelFormat = errors.New("not a whole ONNX model")
	// ErrModelTooLarge: the model has more than the 2 GiB that protobuf reads.
	ErrModelTooLarge = errors.New("the model is too large")
	// ErrOpset: the model needs a newer ORT. ORT can be told to try all the same, with no promise as to the results: set
	// the environment variable ALLOW_RELEASED_ONNX_OPSET_ONLY to 0.
	ErrOpset = errors.New("the model is newer than ONNX Runtime")
	// ErrOperator: the model has an operator that ORT does not know, or not for these element types.
	ErrOperator = errors.New("unknown operator")
	// ErrExternalData: a file in which the model keeps its weights is missing or too short.
	ErrExternalData = errors.New("unusable external data")
)

// Error is a failed operation on a model. It unwraps to one of the errors above, to a [Code] of ORT, or to the
// context's error.
type Error struct {
	Op    string // what was being done to the model: "opening", "running", "binding", "profiling", …
	Model string // the model's path, or "model of 1024 bytes"
	Err   error
}

func (e *Error) Error() string { return fmt.Sprintf("%s %q: %s", e.Op, e.Model, e.Err) }

func (e *Error) Unwrap() error { return e.Err }

// Code is ORT's word for what went wrong. It is an error, so that errors.Is(err, ortwrap.CodeNotImplemented) asks for
// it.
type Code int

// The codes of ORT.
const (
	CodeFail             Code = 1
	CodeInvalidArgument  Code = 2
	CodeNoSuchFile       Code = 3
	CodeNoModel          Code = 4
	CodeEngineError      Code = 5
	CodeRuntimeException Code = 6
	CodeInvalidProtobuf  Code = 7
	CodeModelLoaded      Code = 8
	CodeNotImplemented   Code = 9
	CodeInvalidGraph     Code = 10
	CodeProviderFail     Code = 11
)

// Is makes a missing model file an fs.ErrNotExist.
func (c Code) Is(target error) bool { return c == CodeNoSuchFile && target == fs.ErrNotExist }

func (c Code) Error() string {
	texts := [...]string{
		CodeFail:             "failure",
		CodeInvalidArgument:  "invalid argument",
		CodeNoSuchFile:       "no such file",
		CodeNoModel:          "no model",
		CodeEngineError:      "engine error",
		CodeRuntimeException: "runtime exception",
		CodeInvalidProtobuf:  "invalid protobuf",
		CodeModelLoaded:      "model loaded already",
		CodeNotImplemented:   "not implemented",
		CodeInvalidGraph:     "invalid graph",
		CodeProviderFail:     "execution provider failed",
	}
	if c < CodeFail || int(c) >= len(texts) {
		return fmt.Sprintf("error code %d", int(c))
	}
	return texts[c]
}

// convert gives errors of the C API their code, and leaves others alone.
func convert(err error) error {
	var e *capi.Error
	if errors.As(err, &e) {
		return fmt.Errorf("%w: %s", Code(e.Code), e.Message)
	}
	return err
}
