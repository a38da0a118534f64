package ortwrap

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/onnxpb"
)

// checkExternal looks for the files in which a model keeps its weights.
func (s source) checkExternal(text string) error {
	if words := addressWords.FindString(text); words != "" {
		return fmt.Errorf("%w: %s", ErrExternalData, words)
	}
	model, err := s.read()
	if err != nil {
		return nil
	}
	for _, w := range model.Graph.Initializers {
		if w.External == "" {
			continue
		}
		if err := s.checkWeights(w); err != nil {
			return fmt.Errorf("%w: %w", ErrExternalData, err)
		}
	}
	if words := externalWords.FindString(text); words != "" {
		return fmt.Errorf("%w: the model describes it in a wrong way (%s): export the model again",
			ErrExternalData, words)
	}
	return nil
}

// checkWeights looks for the elements of one initializer.
func (s source) checkWeights(w onnxpb.Initializer) error {
	size, where, err := s.external(w.External)
	switch need := w.Offset + w.Bytes; {
	case errors.Is(err, errNoFolder):
		return fmt.Errorf("the model is in memory and initializer %q is in file %q: "+
			"open the model with FromFile, or say with WithExternalData where the file is", w.Name, w.External)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("initializer %q is in file %q, and there is no %q: put it there: "+
			"the file belongs to the model and keeps its name", w.Name, w.External, where)
	case err != nil:
		return fmt.Errorf("initializer %q is in file %q: %w", w.Name, w.External, err)
	case need > size || need < 0:
		return fmt.Errorf("%q has %s bytes, and initializer %q ends at %s: "+
			"the file is cut off or belongs to another model: copy or download it again with the model",
			where, group(size), w.Name, group(need))
	}
	return nil
}

// externalWords are ORT's words for external data that are described in a wrong way.
var externalWords = regexp.MustCompile(
	`(TensorProto: .* external data size mismatch|External initializer: |Missing 'location'|model_path must not).*`)

// addressWords are those of this project's patch: ORT alone would read the weights from that address.
var addressWords = regexp.MustCompile(`tensor '.*' refers to an address in memory, which a model can't do`)

var errNoFolder = errors.New("no folder")

// external finds the file of external data with the given name: its size and where it was looked for.
func (s source) external(name string) (size int64, where string, err error) {
	if data, ok := s.given[name]; ok {
		return int64(len(data)), name, nil
	}
	folder := s.dataFolder()
	if folder == "" {
		return 0, "", errNoFolder
	}
	if where = filepath.FromSlash(name); !filepath.IsAbs(where) {
		where = filepath.Join(folder, where)
	}
	info, err := os.Stat(where)
	if err != nil {
		return 0, where, err
	}
	return info.Size(), where, nil
}
