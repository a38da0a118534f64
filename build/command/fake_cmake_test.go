//go:build linux

package command_test

import (
	"bufio"
	"crypto/sha1" //nolint:gosec // deps.txt pins by SHA-1
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// library is a static library of the stand-in: one object that defines the function symbol().
type library struct {
	target    string
	component string
	needs     string // target; may be empty
}

// dependencyTargets has the component of each target that is not ONNX Runtime's own.
var dependencyTargets = map[string]string{
	"onnx": "onnx", "onnx_proto": "onnx", "libprotobuf-lite": "protobuf", "re2": "re2", "flatbuffers": "flatbuffers",
	"cpuinfo": "pytorch_cpuinfo", "absl_base": "abseil_cpp", "gtest": "googletest",
}

// libraries are those that cmake makes of the stand-in: the roots, one that only a root needs, and one that nobody does.
func libraries() (list []library) {
	for _, name := range append(cmake.Roots(spec.Spec{}), "absl_base", "gtest") {
		lib := library{target: name, component: dependencyTargets[name]}
		if lib.component == "" {
			lib.component = "onnxruntime"
		}
		if name == "onnxruntime_common" {
			lib.needs = "absl_base"
		}
		list = append(list, lib)
	}
	return list
}

// symbol is the function that the library defines.
func (l library) symbol() string { return "standin_" + strings.ReplaceAll(l.target, "-", "_") }

// file is the name of the archive.
func (l library) file() string {
	name := "lib" + strings.TrimPrefix(l.target, "lib") + ".a"
	if l.component == "onnxruntime" {
		return name
	}
	return "_deps/" + l.component + "-build/" + name
}

// fakeCMake configures: it looks at what it is given as the real one would, and describes the libraries.
func fakeCMake(args []string) error {
	if args[0] == "--version" {
		fmt.Println("cmake version 3.31.6")
		return nil
	}
	source, build := after(args, "-S"), after(args, "-B")
	fmt.Println("-- The CXX compiler identification is GNU")
	if failure := knob("cmake-fails"); failure != "" {
		return fmt.Errorf("CMake Error at CMakeLists.txt:3 (message):\n  %s\n\n-- Configuring incomplete, errors occurred!", failure)
	}
	if err := errors.Join(checkDeps(filepath.Join(source, "deps.txt")), exists(filepath.Join(source, "CMakeLists.txt")),
		exists(filepath.Join(build, ".cmake/api/v1/query/codemodel-v2")), exists(filepath.Join(build, "builder/project.cmake")),
	); err != nil {
		return fmt.Errorf("CMake Error: %w", err)
	}
	return describe(build)
}

func exists(path string) error {
	_, err := os.Stat(path)
	return err
}

// checkDeps checks the archives that deps.txt names, as FetchContent does.
func checkDeps(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Split(lines.Text(), ";")
		if strings.HasPrefix(fields[0], "#") {
			continue
		}
		content, err := os.ReadFile(fields[1])
		if err != nil {
			return err
		}
		sum := sha1.Sum(content) //nolint:gosec // see the import
		if got := hex.EncodeToString(sum[:]); got != fields[2] {
			return fmt.Errorf("%s has SHA-1 %s, not %s", fields[1], got, fields[2])
		}
	}
	return nil
}

// describe writes the answer to the query of the File API, and the file that ninja reads.
func describe(build string) error {
	type object = map[string]any
	reply := filepath.Join(build, ".cmake/api/v1/reply")
	files := map[string]any{}
	var targets []object
	paths := map[string]string{}
	for _, lib := range libraries() {
		t := object{
			"id": lib.target + "::@1", "name": lib.target, "type": "STATIC_LIBRARY",
			"artifacts": []object{{"path": lib.file()}}, "paths": object{"source": "."},
			"sources": []object{{"path": "a.cc", "compileGroupIndex": 0}, {"path": "a.h"}},
		}
		if lib.component != "onnxruntime" {
			t["paths"] = object{"source": filepath.Join(build, "_deps", lib.component+"-src")}
		}
		if lib.needs != "" {
			t["dependencies"] = []object{{"id": lib.needs + "::@1"}}
		}
		name := "target-" + lib.target + ".json"
		files[filepath.Join(reply, name)] = t
		targets = append(targets, object{"jsonFile": name})
		paths[lib.target] = lib.file()
	}
	files[filepath.Join(reply, "codemodel-v2-1.json")] = object{
		"paths": object{"build": build}, "configurations": []object{{"targets": targets}},
	}
	files[filepath.Join(reply, "index-1.json")] = object{
		"objects": []object{{"kind": "codemodel", "jsonFile": "codemodel-v2-1.json", "version": object{"major": 2}}},
	}
	files[filepath.Join(build, "CMakeCache.txt")] = object{}
	files[filepath.Join(build, "build.ninja")] = paths // last in a real one; here a script never stops cmake
	for path, value := range files {
		text, err := json.Marshal(value)
		if err == nil {
			err = errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, text, 0o644))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
