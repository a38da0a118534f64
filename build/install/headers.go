package install

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// includeDir is where ONNX Runtime's own install and its .pc file have the headers.
const includeDir = "include/onnxruntime"

// headers lists the public headers, as get_c_cxx_api_headers in ONNX Runtime's cmake/onnxruntime.cmake and the install
// rules of its providers choose and place them.
//
// Upstream names those of core/session one by one; they are exactly the onnxruntime_*.h there (seen in 1.21 and 1.23),
// so a new one is not forgotten. The other files in that folder are internal or experimental.
func headers(source string, s spec.Spec) ([]item, error) {
	include := filepath.Join(source, "include", "onnxruntime")
	session, err := glob(include, "core/session/onnxruntime_*.h", includeDir)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(session, func(it item) bool { return path.Base(it.to) == "onnxruntime_c_api.h" }) {
		return nil, fmt.Errorf("%q has no core/session/onnxruntime_c_api.h: is it a source tree of ONNX Runtime?", include)
	}
	items := session
	for _, provider := range s.Providers {
		// CUDA's headers include each other by their path from core/, so they keep it.
		to := includeDir
		if slices.Contains(s.Separate(), provider) {
			to = path.Join(includeDir, "core/providers", string(provider))
		}
		found, err := glob(include, path.Join("core/providers", string(provider), "*.h"), to)
		if err != nil {
			return nil, err
		}
		items = append(items, found...)
	}
	// For custom operators that reach into a provider; installed by onnxruntime_providers_cpu.cmake.
	for _, name := range []string{"core/providers/resource.h", "core/providers/custom_op_context.h"} {
		items = append(items, item{to: path.Join(includeDir, name), from: filepath.Join(include, filepath.FromSlash(name))})
	}
	return append(items, item{
		// Provider options as a map, part of Microsoft's own packages.
		to:   path.Join(includeDir, "provider_options.h"),
		from: filepath.Join(include, "core", "framework", "provider_options.h"),
	}), nil
}

// glob lists the files below dir that match a slash pattern, to be put into the folder to.
func glob(dir, pattern, to string) ([]item, error) {
	// The folder is not part of the pattern: it may have a "[" in its name.
	folder, base := filepath.Join(dir, filepath.FromSlash(path.Dir(pattern))), path.Base(pattern)
	names, err := matching(folder, base)
	if err != nil {
		return nil, fmt.Errorf("listing headers: %w", err)
	}
	var items []item
	for _, name := range names {
		items = append(items, item{to: path.Join(to, name), from: filepath.Join(folder, name)})
	}
	return items, nil
}
