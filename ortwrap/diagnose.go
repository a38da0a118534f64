package ortwrap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/onnxpb"
)

// source is where a model comes from: a file, or bytes.
type source struct {
	path  string
	model []byte
	// folder is where the model's external data are looked for: that of the file unless told otherwise.
	folder string
	// given has the external data that are in memory, by the name of their file.
	given map[string][]byte
}

// diagnose says why ORT refused a model, in words that tell what to do. ORT's [Code] stays in the error. It only looks
// at the model once ORT has failed: a model that opens costs nothing here.
func diagnose(err error, s source) error {
	var code Code
	if !errors.As(err, &code) {
		return err
	}
	if _, err := os.Stat(s.path); code == CodeNoSuchFile && s.model == nil && errors.Is(err, os.ErrNotExist) {
		return code // ORT says it three times
	}
	if found := s.explain(code, err.Error()); found != nil {
		return fmt.Errorf("%w (%w)", found, code)
	}
	return err
}

// explain is nil where there is no better word than ORT's.
func (s source) explain(code Code, text string) error {
	if code == CodeEngineError || code == CodeProviderFail {
		return nil // not the model's fault
	}
	if err := s.checkFormat(code); err != nil {
		return err
	}
	if err := explainOpset(text); err != nil {
		return err
	}
	if err := explainOperator(text); err != nil {
		return err
	}
	return s.checkExternal(text)
}

// protobufBytes is the size up to which protobuf reads messages.
const protobufBytes = math.MaxInt32

// checkFormat says why a model can't be read.
func (s source) checkFormat(code Code) error {
	r, size, done, err := s.open()
	if err != nil {
		return nil // ORT's own words are better: it could not read the file either
	}
	defer done()
	head := make([]byte, min(size, headBytes))
	var failure *os.PathError
	if _, err := r.ReadAt(head, 0); errors.As(err, &failure) {
		return fmt.Errorf("%w: it cannot be read: %w", ErrModelFormat, failure.Err) // a folder, for example
	}
	model, err := onnxpb.ReadOutline(r, size)
	var cut *onnxpb.TruncatedError
	switch other := recognise(head); {
	case err == nil && len(model.Opsets) == 0:
		return fmt.Errorf("%w: it names no opset: it is cut off or damaged: copy or download it again", ErrModelFormat)
	case err == nil && code != CodeInvalidProtobuf:
		return nil
	case other != "":
		return fmt.Errorf("%w: %s", ErrModelFormat, other)
	case size > protobufBytes:
		return fmt.Errorf("%w: %s bytes, and protobuf reads at most %s: keep the weights in a file of their own, "+
			"with onnx.save_model(..., save_as_external_data=True)", ErrModelTooLarge, group(size), group(protobufBytes))
	case errors.As(err, &cut) && model.IR > 0:
		return fmt.Errorf("%w: it ends inside %s: %s bytes of at least %s: copy or download it again",
			ErrModelFormat, cut.Part, group(cut.Size), group(cut.Need))
	case err != nil:
		return fmt.Errorf("%w: it begins with %q: give the file that an export to ONNX wrote", ErrModelFormat,
			head[:min(len(head), 8)])
	default:
		return s.checkInside()
	}
}

// checkInside says what is wrong in a model whose outline is in order, and which ORT can't read.
func (s source) checkInside() error {
	if _, err := s.read(); err != nil {
		return fmt.Errorf("%w: it is damaged: %w: copy or download it again", ErrModelFormat, err)
	}
	return fmt.Errorf("%w: it is damaged, or nests graphs deeper than protobuf reads: copy or download it again",
		ErrModelFormat)
}

// open gives access to the bytes of the model.
func (s source) open() (r io.ReaderAt, size int64, done func(), err error) {
	if s.model != nil {
		return bytes.NewReader(s.model), int64(len(s.model)), func() {}, nil
	}
	file, err := os.Open(s.path)
	if err != nil {
		return nil, 0, nil, err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, 0, nil, err
	}
	return file, info.Size(), func() { file.Close() }, nil
}

// read reads all of the model.
func (s source) read() (onnxpb.Model, error) {
	data := s.model
	if data == nil {
		var err error
		if data, err = os.ReadFile(s.path); err != nil {
			return onnxpb.Model{}, err
		}
	}
	return onnxpb.ReadModel(data)
}

// look reads the model's opsets: nil where it can't be read, as one in ORT's own format. The only error is that of a
// model on which ORT would crash. It runs before ORT and takes microseconds for any size of model.
func (s source) look() (opsets map[string]int64, err error) {
	r, size, done, err := s.open()
	if err != nil {
		return nil, nil // ORT says it better
	}
	defer done()
	model, err := onnxpb.ReadOutline(r, size)
	switch {
	case errors.Is(err, onnxpb.ErrCalls):
		return nil, fmt.Errorf("%w: its %w: export the model again", ErrModelFormat, onnxpb.ErrCalls)
	case err != nil:
		return nil, nil
	default:
		return model.Opsets, nil
	}
}

// dataFolder is where external data are looked for, "" where nothing tells.
func (s source) dataFolder() string {
	if s.folder == "" && s.path != "" {
		return filepath.Dir(s.path)
	}
	return s.folder
}

// runtimeName names the ORT in use: "ONNX Runtime 1.21.0".
func runtimeName() string { return "ONNX Runtime " + capi.Version() }
