package plan

import (
	"context"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

// memory is how many bytes this machine, or the container that it is, has for programs; below 0: unknown.
func (b *Builder) memory() int64 {
	if bytes := cmake.TotalMemory(b.System); bytes > 0 {
		return bytes
	}
	return -1
}

// deviceJobs is how many files of CUDA's provider are compiled at once. All of the memory counts, not what is free now: a
// configured folder keeps the number of its first configure.
func (b *Builder) deviceJobs(h Homes) int { return h.gpu.Jobs(b.memory(), b.Cores) }

// jobs is how many compilers run at once, those of CUDA's provider among them.
func (j *job) jobs() int {
	free := cmake.FreeMemory(j.System)
	if j.Settings.Jobs > 0 || free <= 0 || !j.spec.Has(spec.CUDA) {
		return cmake.Jobs(j.Cores, free, cmake.JobMemory, j.Settings.Jobs)
	}
	return j.homes.gpu.AllJobs(free, j.Cores, j.deviceJobs(j.homes), cmake.JobMemory)
}

// refuseSmallMachine returns an error where a toolkit would be fetched, gigabytes, that this machine has too little memory
// to compile with.
func (b *Builder) refuseSmallMachine(ctx context.Context, s spec.Spec) error {
	if !s.Has(spec.CUDA) {
		return nil
	}
	c, err := b.cudaChoice(s, toolchain.Tool{})
	if err != nil {
		return err
	}
	little := c.work.TooLittleMemory(b.memory())
	if little == nil {
		return nil
	}
	// With a toolkit that is here the store may have the build already. What else is wrong is told by who provides one.
	if found, err := c.finder.Examine(ctx, c.want); err != nil || found.Toolkit.Home != "" {
		return nil
	}
	return little
}
