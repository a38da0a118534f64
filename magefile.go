//go:build mage

// Command mage builds ONNX Runtime from pinned sources into one static library, and Go programs on top of it.
// Start with run. Choices are environment variables, which docs/reference.md lists.
package main

// A target names itself and the function of package command that does the work, and returns its error: no logic here.

import (
	"context"

	"github.com/magefile/mage/mg"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/command"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// Doctor shows what is here, what is missing and the command that mends it. Exit status 1: a build can't work.
func Doctor(ctx context.Context) error { return command.Do(ctx, "doctor", command.Doctor) }

// Fetch downloads and verifies every input of the build of ORT_VERSION.
func Fetch(ctx context.Context) error { return command.Do(ctx, "fetch", command.Fetch) }

// Vendor writes all inputs of a build to a folder that ORT_MIRROR then serves, for a build without network.
func Vendor(ctx context.Context, dir string) error {
	return command.Do(ctx, "vendor", command.Vendor(dir))
}

// BuildCpu builds libonnxruntime.a with the CPU execution provider and those of ORT_PROVIDERS, unless the store has it.
func BuildCpu(ctx context.Context) error { return command.Do(ctx, "buildCpu", command.BuildCPU) } //nolint:revive // the target is called buildCpu

// BuildCuda builds libonnxruntime.a with the CUDA execution provider as a shared library beside it, for NVIDIA GPUs.
func BuildCuda(ctx context.Context) error {
	return command.Do(ctx, "buildCuda", command.BuildCUDA(spec.Shared))
}

// BuildCudaStatic builds libonnxruntime.a with the CUDA execution provider inside it.
func BuildCudaStatic(ctx context.Context) error {
	return command.Do(ctx, "buildCudaStatic", command.BuildCUDA(spec.Static))
}

// BuildCoreml builds libonnxruntime.a with the CoreML execution provider inside it, on a Mac.
func BuildCoreml(ctx context.Context) error {
	return command.Do(ctx, "buildCoreml", command.BuildCoreML)
}

// Run builds the library, links the sample program statically and runs its model. Start here.
func Run(ctx context.Context) error { return command.Do(ctx, "run", command.Run) }

// Test runs everything that can be tested on this machine: the builder, the library, ortwrap, conformance.
func Test(ctx context.Context) error { return command.Do(ctx, "test", command.Test) }

// Conformance runs ONNX's own node tests through ortwrap and counts passed, failed and unsupported: on the CPU, or on
// each provider that ORT_PROVIDERS names.
func Conformance(ctx context.Context) error {
	return command.Do(ctx, "conformance", command.Conformance)
}

// Bench measures the builder and ortwrap: run it on a quiet machine.
func Bench(ctx context.Context) error { return command.Do(ctx, "bench", command.Bench) }

// Lint checks the form of the code of both modules with golangci-lint, which the first call compiles: minutes.
func Lint(ctx context.Context) error { return command.Do(ctx, "lint", command.Lint) }

// Bundle makes dir a folder, and an archive of it, with a program and the shared libraries that it needs to run wherever
// glibc is not older than here. -libraries=DIR:DIR names folders with more of them. With -check it examines one that is there.
func Bundle(ctx context.Context, dir string, program, libraries *string, check *bool) error {
	return command.Do(ctx, "bundle", command.Bundle(dir, program, libraries, check))
}

// Env prints PKG_CONFIG_PATH and the like of the last build, for eval "$(go tool mage env)".
func Env(ctx context.Context) error { return command.Do(ctx, "env", command.Env) }

// Shell starts $SHELL with the variables of env.
func Shell(ctx context.Context) error { return command.Do(ctx, "shell", command.Shell) }

// List shows what is in the store.
func List(ctx context.Context) error { return command.Do(ctx, "list", command.List) }

// Audit shows what is in the last build: archives, objects, sizes, undefined symbols, the oldest glibc it runs on.
func Audit(ctx context.Context) error { return command.Do(ctx, "audit", command.Audit) }

// Explain shows why the next buildCpu would not come from the store: the facts that changed.
func Explain(ctx context.Context) error { return command.Do(ctx, "explain", command.Explain) }

// Platforms shows what can be built for on this machine with ORT_TARGET, how, and what is known to work.
func Platforms(ctx context.Context) error { return command.Do(ctx, "platforms", command.Platforms) }

// Clean removes half-finished work, linked programs and logs. Downloads, tools and finished builds stay.
func Clean(ctx context.Context) error { return command.Do(ctx, "clean", command.Clean) }

// Gc removes finished builds that were not used for 30 days, but never the last one.
func Gc(ctx context.Context) error { return command.Do(ctx, "gc", command.GC) }

// CI groups what continuous integration does besides the tests.
type CI mg.Namespace

// Matrix runs the rows of ci/matrix.toml, or those of ROWS, each in a container, and shows a table.
func (CI) Matrix(ctx context.Context) error { return command.Do(ctx, "ci-matrix", command.Matrix) }

// Vuln looks for known vulnerabilities in what both modules call. It needs the network.
func (CI) Vuln(ctx context.Context) error { return command.Do(ctx, "ci-vuln", command.Vuln) }

// Fuzz tries every fuzz test of both modules for ORT_FUZZ_TIME, and names the inputs at which one failed.
func (CI) Fuzz(ctx context.Context) error { return command.Do(ctx, "ci-fuzz", command.Fuzz) }
