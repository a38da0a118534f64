package dnnl

import (
	"context"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// ProvideFrom is [Provide] with other wheels.
func ProvideFrom(
	ctx context.Context, version string, library, headers release.Pin,
	fetch func(context.Context, release.Pin) (string, error), dir string,
) (Home, error) {
	return wheels{Version: version, Library: library, Headers: headers}.provide(ctx, spec.Host(), fetch, dir)
}
