package cmake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// These are the parts that we read of the CMake File API's answer, cmake-file-api(7), kind "codemodel" version 2.
type (
	index struct {
		Objects []struct {
			Kind     string `json:"kind"`
			JSONFile string `json:"jsonFile"`
			Version  struct {
				Major int `json:"major"`
			} `json:"version"`
		} `json:"objects"`
	}

	codemodel struct {
		Paths struct {
			Build string `json:"build"`
		} `json:"paths"`
		Configurations []struct {
			Targets []struct {
				JSONFile string `json:"jsonFile"`
			} `json:"targets"`
		} `json:"configurations"`
	}

	target struct {
		ID        string `json:"id"`
		Name      string `json:"name"`
		Type      string `json:"type"`
		Artifacts []struct {
			Path string `json:"path"` // relative to the build folder if it lies there
		} `json:"artifacts"`
		Dependencies []struct {
			ID string `json:"id"`
		} `json:"dependencies"`
		Paths struct {
			Source string `json:"source"` // relative to the top source folder if it lies there
		} `json:"paths"`
		Sources []struct {
			CompileGroupIndex *int `json:"compileGroupIndex"` // nil: not compiled by itself
		} `json:"sources"`

		component string // what the target is a part of
	}
)

const replyFolder = ".cmake/api/v1/reply"

// errNoReply tells that CMake did not answer the query, so it did not reach its end.
var errNoReply = errors.New("cmake left no description of the targets")

// readTargets reads the answer below a build folder: all targets, by id.
func readTargets(build fs.FS) (map[string]target, error) {
	names, err := fs.Glob(build, path.Join(replyFolder, "index-*.json"))
	if err != nil || len(names) == 0 {
		return nil, errNoReply
	}
	var top index
	if err := readJSON(build, names[len(names)-1], &top); err != nil { // the newest sorts last
		return nil, err
	}
	var model codemodel
	if err := readJSON(build, path.Join(replyFolder, top.codemodel()), &model); err != nil {
		return nil, err
	}
	if len(model.Configurations) != 1 {
		return nil, fmt.Errorf("cmake describes %d configurations, want one", len(model.Configurations))
	}
	targets := map[string]target{}
	for _, entry := range model.Configurations[0].Targets {
		var t target
		if err := readJSON(build, path.Join(replyFolder, entry.JSONFile), &t); err != nil {
			return nil, err
		}
		t.component = component(t.Paths.Source, model.Paths.Build)
		targets[t.ID] = t
	}
	return targets, nil
}

func (i index) codemodel() string {
	for _, object := range i.Objects {
		if object.Kind == "codemodel" && object.Version.Major == 2 {
			return object.JSONFile
		}
	}
	return "codemodel-v2" // does not exist: the error says that it was looked for
}

func readJSON(fsys fs.FS, name string, into any) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("reading cmake's description of the targets: %w", err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("reading cmake's description of the targets: %s: %w", name, err)
	}
	return nil
}

// objects returns how many object files the target's archive has.
func (t target) objects() int {
	count := 0
	for _, s := range t.Sources {
		if s.CompileGroupIndex != nil {
			count++
		}
	}
	return count
}

// component returns NAME for a target whose source folder lies below _deps/NAME-src of the build folder.
func component(source, build string) string {
	below, ok := strings.CutPrefix(source, build+"/_deps/")
	if !ok {
		return "onnxruntime"
	}
	folder, _, _ := strings.Cut(below, "/")
	return strings.TrimSuffix(folder, "-src")
}
