//go:build mage

// Command mage builds ONNX Runtime from pinned sources into one static library, and Go programs on top of it.
// Run "go tool mage -l" for the list of targets; each is a function of package targets.
package main

import (
	//mage:import
	_ "github.com/onnxruntime-builder/onnxruntime-builder/build/targets"
)
