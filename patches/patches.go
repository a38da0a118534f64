// Package patches holds this project's own changes to the sources that it builds, by component and ONNX Runtime
// release:
//
//	<component>/<release>/NNNN-title.patch    applied in the order of their numbers, strictly
//	<component>/<release>/overlay/…           files that are added to the component's tree first
//
// A component is onnxruntime itself, or a dependency under its name in ONNX Runtime's cmake/deps.txt. Package patch
// describes the form of a patch file, and applies them:
//
//	applied, err := patch.Apply(patches.FS, "eigen/1.21.0/0001-array-min-max-nan.patch", tree)
package patches

import "embed"

// FS holds the component folders.
//
//go:embed */*
var FS embed.FS
