// Package dataset reads the test data that come with ONNX models: folders test_data_set_0, test_data_set_1, … with the
// files input_0.pb, …, output_0.pb, …, in the order of the model's inputs and outputs.
//
//	sets, err := dataset.Read("model/test_data_set_0", session.Inputs(), session.Outputs())
package dataset

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/onnxvalue"
)

// Set is one set of test data by the model's names. An optional without content is nil.
type Set struct {
	Name            string // of its folder
	Inputs, Outputs map[string]ortwrap.Value
}

// Destroy frees the values.
func (s Set) Destroy() {
	for _, m := range []map[string]ortwrap.Value{s.Inputs, s.Outputs} {
		for _, v := range m {
			if v != nil {
				v.Destroy()
			}
		}
	}
}

// ErrNoData says that a folder has no test data.
var ErrNoData = errors.New("no test data")

// Folders are the folders with test data at path: itself, or those named test_data_set_* in it.
func Folders(path string) ([]string, error) {
	if files, _ := filepath.Glob(filepath.Join(escape(path), "output_*.pb")); len(files) > 0 {
		return []string{path}, nil
	}
	list, err := filepath.Glob(filepath.Join(escape(path), "test_data_set_*"))
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("%w in %q: expected output_0.pb, …, or folders test_data_set_0, …", ErrNoData, path)
	}
	return list, err
}

// escape keeps a path from being a pattern.
func escape(path string) string {
	var escaped []rune
	for _, r := range path {
		if r == '*' || r == '?' || r == '[' || r == '\\' && os.PathSeparator != '\\' {
			escaped = append(escaped, '\\')
		}
		escaped = append(escaped, r)
	}
	return string(escaped)
}

// Read reads the set in a folder. The caller destroys it.
func Read(folder string, inputs, outputs []ortwrap.Info) (Set, error) {
	s := Set{Name: filepath.Base(folder)}
	var err error
	if s.Inputs, err = readAll(folder, "input", inputs); err == nil {
		s.Outputs, err = readAll(folder, "output", outputs)
	}
	if err != nil {
		s.Destroy()
		return Set{}, fmt.Errorf("reading test data in %q: %w", folder, err)
	}
	return s, nil
}

func readAll(folder, what string, infos []ortwrap.Info) (map[string]ortwrap.Value, error) {
	values := make(map[string]ortwrap.Value, len(infos))
	files, err := filepath.Glob(filepath.Join(escape(folder), what+"_*.pb"))
	if err != nil {
		return nil, err
	}
	if len(files) != len(infos) {
		return nil, fmt.Errorf("the model has %d %ss, the test data %d", len(infos), what, len(files))
	}
	for i, info := range infos {
		name := fmt.Sprintf("%s_%d.pb", what, i)
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return values, err
		}
		if values[info.Name], err = parse(info, data); err != nil {
			return values, fmt.Errorf("%s: %w", name, err)
		}
	}
	return values, nil
}

// parse reads a file.
func parse(info ortwrap.Info, data []byte) (ortwrap.Value, error) {
	v, err := onnxvalue.Parse(info, data)
	if err != nil {
		return nil, err
	}
	return onnxvalue.Make(v, info.Type)
}
