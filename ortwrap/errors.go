package ortwrap

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// What a caller may want to tell apart with errors.Is. The codes of ORT itself are of type [Code].

// Errors of the library and the environment.
var (
	// ErrLibrary: the shared library of ORT can't be opened, or is none; see [UseLibrary].
	ErrLibrary = errors.New("unusable library of ONNX Runtime")
	// ErrUnsupportedVersion: ORT is older than 1.21, whose functions ortwrap calls.
	ErrUnsupportedVersion = errors.New("unsupported version of ONNX Runtime")
	// ErrForeignEnvironment: the program has called InitializeEnvironment of onnxruntime_go itself.
	ErrForeignEnvironment = errors.New("onnxruntime_go was initialised outside of ortwrap: leave that to ortwrap")
	// ErrSessionsOpen: [Shutdown] has come before all sessions were closed.
	ErrSessionsOpen = errors.New("sessions are still open")
)

// Errors of opening a model.
var (
	// ErrNoModel: the builder has no model, or an empty one.
	ErrNoModel = errors.New("no model given: use FromFile or FromMemory")
	// ErrOption: an option has a value that it can't have, or contradicts another one.
	ErrOption = errors.New("unusable option")
	// ErrProvider: an execution provider can't be used: it is not compiled in, or its library, driver or device is
	// missing.
	ErrProvider = errors.New("execution provider can't be used")
	// ErrDevice: there is no GPU, no driver for it, or the build has no code for it. Sessions return it with ErrProvider.
	ErrDevice = errors.New("GPU can't be used")
	// ErrProviderOption: an execution provider has no such option, or does not take this value.
	ErrProviderOption = errors.New("unusable option of an execution provider")
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

// Errors of using a session or a binding.
var (
	// ErrClosed: the session or the binding is closed, or its zero value.
	ErrClosed = errors.New("the session is closed")
	// ErrInputCount: Run got another number of inputs than the model takes.
	ErrInputCount = errors.New("wrong number of inputs")
	// ErrInputName: an input is missing, or the model has none of this name.
	ErrInputName = errors.New("wrong input name")
	// ErrInputType: an input is of another kind, or has elements of another type, than the model takes.
	ErrInputType = errors.New("wrong type of input")
	// ErrInputShape: an input has another shape than the model takes.
	ErrInputShape = errors.New("wrong shape of input")
	// ErrOutputName: the model has no output of the name that Bind got, or has an input of the same name.
	ErrOutputName = errors.New("wrong output name")
	// ErrOutputType: an output that Bind got is of another kind or element type than the model gives, or is no tensor.
	ErrOutputType = errors.New("wrong type of output")
	// ErrOutputShape: an output that Bind got has another shape than the model gives.
	ErrOutputShape = errors.New("wrong shape of output")
	// ErrBusy: another goroutine is using the binding.
	ErrBusy = errors.New("the binding is in use already: make one for each goroutine")
	// ErrNotRun: a binding has no outputs yet.
	ErrNotRun = errors.New("the binding has not run, or its last run failed")
	// ErrNoProfile: the session writes no profile, or has ended it.
	ErrNoProfile = errors.New("the session writes no profile: open it WithProfiling, and end that once")
)

// Errors of making, reading and checking values.
var (
	// ErrInvalidValue: a value is nil or destroyed, or can't be made from what was given for it.
	ErrInvalidValue = errors.New("unusable value")
	// ErrElementType: a value is of another kind, or has elements of another type, than was asked for.
	ErrElementType = errors.New("wrong type of value")
	// ErrUnsupportedValue: neither ORT nor this package can make such a value.
	ErrUnsupportedValue = errors.New("unsupported kind of value")
	// ErrDifferent: [Compare] has found a difference.
	ErrDifferent = errors.New("the values differ")
	// ErrValidation: [Report.Err] or [CheckProbabilities] has found something wrong.
	ErrValidation = errors.New("the outputs are not valid")
)

// Error is a failed operation on a model. It unwraps to one of the errors above, to a [Code] of ORT, to both, or to the
// context's error.
type Error struct {
	// Op is what was being done to the model: "opening", "running", "binding", "profiling", "reading the metadata of" or
	// "reading the outputs of".
	Op    string
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
	if err == nil { // what follows allocates
		return nil
	}
	var e *capi.Error
	if errors.As(err, &e) {
		return fmt.Errorf("%w: %s", Code(e.Code), e.Message)
	}
	return err
}
