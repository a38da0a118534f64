package cuda

// class is a group of source files that take about the same time and memory to compile.
type class struct {
	feature string // that has them; empty: every full build
	minimal bool   // a minimal build has them too

	files map[string]int // by release line
	host  float64        // CPU seconds of a file for the host's side
	arch  float64        // CPU seconds more for each entry of the list of architectures; 0: no device code
	peak  float64        // GiB of memory at the most; with one job of nvcc (--threads 1)
}

// classes are the files of the CUDA provider, counted in the releases' source trees.
//
// The seconds are rough. Measured are, of release line 1.23 with nvcc 13.0 for "90;120" (three entries), on two cores, the
// files with attention kernels, those of the mixture of experts, most of fpA_intB, and 96 .cc and 11 light .cu files. Of
// the memory 12.8 GiB were seen (a launcher of fpA_intB), and 4.9 GiB as the most of a build without fpA_intB, which is put
// down to flash attention; the rest follows upstream's own rule (4 GB for a file with attention kernels).
//
//nolint:mnd // it is a table
var classes = []class{
	{files: lines(19, 19), host: hostSeconds, peak: 1, minimal: true},
	{files: lines(218, 226), host: hostSeconds, peak: 1.5},
	{files: lines(131, 131), host: cubinSeconds, peak: 0.5, feature: Contrib},
	{files: lines(54, 55), host: deviceSeconds, arch: deviceSecondsArch, peak: 2},
	{files: lines(57, 62), host: deviceSeconds, arch: deviceSecondsArch, peak: 2, feature: Contrib},
	{files: lines(4, 7), host: deviceSeconds, arch: 63, peak: 2, feature: Contrib}, // matrix products of ft_moe
	{files: lines(5, 5), host: deviceSeconds, arch: 51, peak: 4, feature: Efficient},
	{files: lines(33, 32), host: deviceSeconds, arch: 142, peak: 5, feature: Flash},
	{files: lines(0, 19), host: deviceSeconds, arch: 28, peak: 4, feature: LLM},
	{files: lines(0, 2), host: deviceSeconds, arch: 320, peak: 13, feature: LLM}, // launchers of fpA_intB
}

// lines are numbers of files by release line.
func lines(line121, line123 int) map[string]int {
	return map[string]int{"1.21": line121, "1.23": line123}
}

// CPU seconds of a file; see classes.
const (
	hostSeconds       = 13 // .cc with the headers of the provider
	cubinSeconds      = 2  // .cc that holds a kernel as data
	deviceSeconds     = 12 // .cu, host side
	deviceSecondsArch = 9  // light .cu
)

// coreSeconds are the CPU seconds that the rest of ONNX Runtime takes, the provider left aside.
const coreSeconds = 2400
