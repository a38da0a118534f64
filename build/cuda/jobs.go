package cuda

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// Work is what is to be compiled, as far as it counts for memory and time.
type Work struct {
	Line          string // release or its line
	Architectures Architectures
	Without       Without
	Minimal       bool
}

// has tells whether files of a class are compiled.
func (w Work) has(c class) bool {
	switch {
	case c.files[releaseLine(w.Line)] == 0:
		return false
	case w.Minimal:
		return c.minimal
	case c.feature == "":
		return true
	}
	return w.Without.has(c.feature, w.Line)
}

// PerJob returns the bytes that one compile job of a .cu file needs at the most.
func (w Work) PerJob() int64 {
	peak := 1.0
	for _, c := range classes {
		if w.has(c) {
			peak = max(peak, c.peak)
		}
	}
	return int64(peak * (1 << 30))
}

// Jobs returns how many .cu files may be compiled at a time, with the given bytes of memory and cores: as many as fit into
// the memory if the hungriest of all are compiled together, at least 1. Memory below 0 is unknown: then the cores alone
// count.
func (w Work) Jobs(memory int64, cores int) int {
	if memory < 0 {
		return max(1, cores)
	}
	return fitting(w.peaks(), memory, cores)
}

// AllJobs returns how many compile jobs of a whole build may run at a time, when at most device of them compile files of
// the provider and each of the others needs so many bytes: as many as fit into the memory if the hungriest of all come
// together, at least 1.
func (w Work) AllJobs(memory int64, cores, device int, other int64) int {
	peaks := w.peaks()
	peaks = append(peaks[:min(device, len(peaks))], slices.Repeat([]float64{gib(other)}, max(0, cores))...)
	return fitting(peaks, memory, cores)
}

// fitting returns how many jobs, of those that need the given GiB, fit into the memory whichever of them come together.
func fitting(peaks []float64, memory int64, cores int) int {
	slices.Sort(peaks)
	slices.Reverse(peaks)
	jobs, need := 0, 0.0
	for _, peak := range peaks {
		if need += peak; jobs == cores || need > gib(memory) {
			break
		}
		jobs++
	}
	return max(1, jobs)
}

// peaks lists the GiB that each file needs, the most first.
func (w Work) peaks() []float64 {
	var list []float64
	for _, c := range classes {
		if w.has(c) {
			list = append(list, slices.Repeat([]float64{c.peak}, c.files[releaseLine(w.Line)])...)
		}
	}
	slices.Sort(list)
	slices.Reverse(list)
	return list
}

// TooLittleMemory returns an error where the memory, in bytes, is not enough for one job, and nil otherwise or where
// it is unknown (below 0).
func (w Work) TooLittleMemory(memory int64) error {
	need := w.PerJob()
	if memory < 0 || memory >= need {
		return nil
	}
	hint := "use a machine with more memory"
	if without, ok := w.lighter(memory); ok {
		hint += fmt.Sprintf(", or leave out what needs most: ORT_CUDA_FEATURES=%s", without)
	}
	return &fault.Error{
		Op: "compile for CUDA", Hint: hint,
		Err: fmt.Errorf("one compile job takes up to %.1f GiB, and the machine has %.1f GiB", gib(need), gib(memory)),
	}
}

// lighter returns what has to be left out, with what is already, so that one job fits into the memory; false where no
// feature has the files that need most.
func (w Work) lighter(memory int64) (Without, bool) {
	for w.PerJob() > memory {
		hungriest := slices.MaxFunc(slices.DeleteFunc(slices.Clone(classes), func(c class) bool { return !w.has(c) }),
			func(a, b class) int { return cmp.Compare(a.peak, b.peak) })
		if w.Minimal || hungriest.feature == "" {
			return nil, false
		}
		w.Without = append(slices.Clone(w.Without), hungriest.feature)
	}
	return w.Without.inOrder(), true
}

func gib(bytes int64) float64 { return float64(bytes) / (1 << 30) }

// Estimate returns how long a whole build takes with a number of cores, from rough figures: it may be wrong by half. A
// compiler cache that is warm is not reckoned with.
func (w Work) Estimate(cores int) time.Duration {
	seconds := float64(coreSeconds)
	for _, c := range classes {
		if w.has(c) {
			seconds += float64(c.files[releaseLine(w.Line)]) * (c.host + c.arch*float64(len(w.Architectures)))
		}
	}
	return time.Duration(seconds / float64(max(1, cores)) * float64(time.Second))
}

// About returns an estimate in words that promise no more than it knows: "about 3 h", "about 40 min".
func About(d time.Duration) string {
	if d >= 90*time.Minute {
		return fmt.Sprintf("about %.0f h", math.Round(d.Hours()))
	}
	return fmt.Sprintf("about %d min", max(10, int(math.Round(d.Minutes()/10))*10))
}
