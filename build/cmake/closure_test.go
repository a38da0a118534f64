package cmake_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

type object = map[string]any

// library describes a static library as CMake does, with two objects and a header.
func library(name, source string, dependencies ...string) object {
	ids := []object{}
	for _, d := range dependencies {
		ids = append(ids, object{"id": d + "::@1"})
	}
	return object{
		"id": name + "::@1", "name": name, "type": "STATIC_LIBRARY",
		"artifacts":    []object{{"path": "sub/lib" + name + ".a"}},
		"dependencies": ids,
		"paths":        object{"source": source, "build": "sub"},
		"sources": []object{
			{"path": "a.cc", "compileGroupIndex": 0}, {"path": "b.cc", "compileGroupIndex": 0}, {"path": "a.h"},
		},
	}
}

// buildFolder makes one with CMake's description of targets.
func buildFolder(t testing.TB, targets ...object) string {
	t.Helper()
	dir := t.TempDir()
	entries := []object{}
	for _, target := range targets {
		file := "target-" + target["name"].(string) + ".json"
		writeReply(t, dir, file, target)
		entries = append(entries, object{"jsonFile": file})
	}
	writeReply(t, dir, "codemodel-v2-1.json", object{
		"paths":          object{"build": dir, "source": "/source/cmake"},
		"configurations": []object{{"name": "Release", "targets": entries}},
	})
	writeReply(t, dir, "index-2026-01-01.json", object{"objects": []object{}})
	writeReply(t, dir, "index-2026-01-02.json", object{"objects": []object{
		{"kind": "cache", "version": object{"major": 2}, "jsonFile": "cache.json"},
		{"kind": "codemodel", "version": object{"major": 2, "minor": 7}, "jsonFile": "codemodel-v2-1.json"},
	}})
	return dir
}

func writeReply(t testing.TB, dir, name string, value any) {
	t.Helper()
	data, err := json.Marshal(value)
	require.NoError(t, err)
	path := filepath.Join(dir, ".cmake", "api", "v1", "reply", name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, data, 0o644))
}

func TestClosureFollowsDependencies(t *testing.T) {
	t.Parallel()
	generator := object{
		"id": "gen::@1", "name": "gen", "type": "UTILITY",
		"dependencies": []object{{"id": "leaf::@1"}}, "paths": object{"source": "."},
	}
	dir := buildFolder(t,
		library("top", ".", "middle", "gen"), library("middle", ".", "leaf", "top"), // a cycle is allowed
		library("leaf", "."), library("unused", "."), generator)

	libs, err := cmake.Closure(dir, []string{"top"})
	require.NoError(t, err)
	require.Equal(t, []string{"leaf", "middle", "top"}, cmake.Targets(libs))
	require.Equal(t, cmake.Library{
		Target: "leaf", Path: filepath.Join(dir, "sub", "libleaf.a"), Component: "onnxruntime", Objects: 2,
	}, libs[0])
}

func TestComponentsAreNamedByTheirFolder(t *testing.T) {
	t.Parallel()
	dir := buildFolder(t, library("a", "."), library("b", "/elsewhere/_deps/x"))
	writeReply(t, dir, "target-a.json", library("a", dir+"/_deps/abseil_cpp-src/absl/strings", "b"))
	libs, err := cmake.Closure(dir, []string{"a"})
	require.NoError(t, err)
	require.Equal(t, "abseil_cpp", libs[0].Component)
	require.Equal(t, "onnxruntime", libs[1].Component)
}

func TestClosureNamesTheRootsThatAreNotThere(t *testing.T) {
	t.Parallel()
	shared := library("onnx", ".")
	shared["type"] = "SHARED_LIBRARY"
	_, err := cmake.Closure(buildFolder(t, library("re2", "."), shared), []string{"re2", "onnx", "cpuinfo"})
	require.ErrorContains(t, err, "no static library called onnx, cpuinfo;")
}

func TestClosureRefusesWhatCannotBeMerged(t *testing.T) {
	t.Parallel()
	shared := library("z", ".")
	shared["type"] = "SHARED_LIBRARY"
	_, err := cmake.Closure(buildFolder(t, library("a", ".", "z"), shared), []string{"a"})
	require.ErrorContains(t, err, `needs target "z", which is a shared library`)

	_, err = cmake.Closure(buildFolder(t, library("a", ".", "gone")), []string{"a"})
	require.ErrorContains(t, err, `no target "gone::@1"`)

	empty := library("a", ".")
	empty["artifacts"] = []object{}
	_, err = cmake.Closure(buildFolder(t, empty), []string{"a"})
	require.ErrorContains(t, err, `target "a" has 0 archives`)
}

func TestClosureNeedsAConfiguredFolder(t *testing.T) {
	t.Parallel()
	_, err := cmake.Closure(t.TempDir(), []string{"a"})
	require.ErrorContains(t, err, "cmake left no description of the targets")

	dir := buildFolder(t, library("a", "."))
	require.NoError(t, os.Remove(filepath.Join(dir, ".cmake", "api", "v1", "reply", "codemodel-v2-1.json")))
	_, err = cmake.Closure(dir, []string{"a"})
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestRootsAreNamedOnce(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, root := range cmake.Roots(spec.Spec{}) {
		require.False(t, seen[root], root)
		seen[root] = true
	}
	require.True(t, seen["re2"] && seen["cpuinfo"], "upstream's own target leaves these out")
}

func FuzzClosure(f *testing.F) {
	marshal := func(v any) []byte {
		data, err := json.Marshal(v)
		require.NoError(f, err)
		return data
	}
	f.Add([]byte(`{"objects":[{"kind":"codemodel","version":{"major":2},"jsonFile":"m.json"}]}`),
		[]byte(`{"paths":{"build":"/b"},"configurations":[{"targets":[{"jsonFile":"t.json"}]}]}`),
		marshal(library("a", ".", "a")))
	f.Add([]byte(`{"objects":[{"kind":"codemodel","version":{"major":2},"jsonFile":"../../../../m.json"}]}`),
		[]byte(`[]`), []byte(`{}`))
	f.Fuzz(func(t *testing.T, index, model, target []byte) {
		dir := t.TempDir()
		reply := filepath.Join(dir, ".cmake", "api", "v1", "reply")
		require.NoError(t, os.MkdirAll(reply, 0o755))
		for name, data := range map[string][]byte{"index-1.json": index, "m.json": model, "t.json": target} {
			require.NoError(t, os.WriteFile(filepath.Join(reply, name), data, 0o644))
		}
		libs, err := cmake.Closure(dir, []string{"a"})
		if err == nil {
			require.NotEmpty(t, libs)
		}
	})
}
