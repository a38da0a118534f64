package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// libraries says where a program is not linked as its variant is: a static one uses no shared library of ORT, a hybrid
// one opens that of its provider. It comes after the first run.
func (t target) libraries(variant string) error {
	text, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return fmt.Errorf("%w: %w", errSkip, err)
	}
	return checkLibraries(variant, t.provider != nil, mapped(string(text)))
}

// mapped are the paths of ORT's shared libraries in the list of a process's memory.
func mapped(maps string) []string {
	var list []string
	for line := range strings.Lines(maps) {
		if i := strings.IndexByte(line, '/'); i >= 0 {
			if path := strings.TrimSpace(line[i:]); strings.HasPrefix(filepath.Base(path), "libonnxruntime") {
				list = append(list, path)
			}
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(list)))
}

func checkLibraries(variant string, provider bool, list []string) error {
	switch {
	case variant == "static" && len(list) > 0:
		return fmt.Errorf("expected a program without shared libraries of ONNX Runtime, it uses %s", strings.Join(list, ", "))
	case variant == "hybrid" && provider && len(list) == 0:
		return errors.New("expected a program that opens a provider's library, it uses none")
	default:
		return nil
	}
}
