package bundle

import (
	"regexp"
	"strings"
)

// Opening says that a library opens others while it runs, which its list of needed libraries does not show.
type Opening struct {
	By     string   // soname without the version: "libcudnn.so"
	Opens  []string // likewise
	Source string   // how it is known
}

// Openings has what must be carried with each library though no ELF file says so.
var Openings = []Opening{
	{
		By: "libcudnn.so",
		Opens: []string{
			"libcudnn_graph.so", "libcudnn_ops.so", "libcudnn_cnn.so", "libcudnn_adv.so", "libcudnn_heuristic.so",
			"libcudnn_engines_precompiled.so", "libcudnn_engines_runtime_compiled.so",
		},
		Source: "cuDNN 9's guide, sub-libraries; libcudnn and libcudnn_graph have the names in their data",
	},
	{
		By: "libcudnn_graph.so", Opens: []string{
			"libcudnn_heuristic.so", "libcudnn_engines_precompiled.so",
			"libcudnn_engines_runtime_compiled.so", "libnvrtc.so",
		},
		Source: "names in the data of cuDNN 9.13; nvrtc compiles the kernels of the runtime-compiled engines",
	},
	{
		By: "libcudnn_adv.so", Opens: []string{"libcublasLt.so"},
		Source: "name in the data of cuDNN 9.13",
	},
	{
		By: "libcudnn_engines_precompiled.so", Opens: []string{"libcublasLt.so", "libnvrtc.so"},
		Source: "names in the data of cuDNN 9.13",
	},
	{
		By: "libnvrtc.so", Opens: []string{"libnvrtc-builtins.so"},
		Source: "nvrtc's guide, installation; the name with its version is in the data",
	},
}

// driverLibrary matches what belongs to the driver. It never is in a bundle.
var driverLibrary = regexp.MustCompile(`^(libcuda|libcudadebugger|libnvcuvid|libnvoptix|libnvidia-[\w-]+)\.so(\.|$)`)

// systemLibrary matches the C library, its parts and its loader.
var systemLibrary = regexp.MustCompile(`^(lib(c|m|dl|rt|pthread|util|resolv|anl)\.so(\.\d+)?|ld-linux[\w-]*\.so\.\d+)$`)

// compilerLibrary matches what is taken from the machine that builds: the runtime of its compiler, and zlib.
var compilerLibrary = regexp.MustCompile(`^lib(stdc\+\+|gcc_s|gomp|atomic|z)\.so\.\d+$`)

// runtimeLibrary matches the part of it that must be the compiler's own, wherever else it is found.
var runtimeLibrary = regexp.MustCompile(`^lib(stdc\+\+|gcc_s)\.so\.\d+$`)

// stem returns a soname without its version: "libnvrtc.so.13" and "libnvrtc.so.%d" give "libnvrtc.so".
func stem(name string) string {
	if before, _, found := strings.Cut(name, ".so."); found {
		return before + ".so"
	}
	return name
}

// component says whose licence a library has.
type component struct {
	prefix string // of the soname
	name   string // folder in LICENSES, and a wheel's name after "nvidia_"
	debian string // the package that has it, for /usr/share/doc/<package>/copyright
}

// components has longer prefixes before shorter ones.
var components = []component{
	{"libcublas", "cublas", "libcublas"},
	{"libcudart.", "cuda_runtime", "libcudart"},
	{"libcudnn", "cudnn", "nvidia-cudnn"},
	{"libcufft", "cufft", "libcufft"},
	{"libcurand.", "curand", "libcurand"},
	{"libcusparse", "cusparse", "libcusparse"},
	{"libcupti", "cuda_cupti", "libcupti"},
	{"libnvrtc", "cuda_nvrtc", "libnvrtc"},
	{"libnvJitLink", "nvjitlink", "libnvjitlink"},
	{"libdnnl.", "onednn", "libdnnl"},
	{"libstdc++.", "gcc", "libstdc++6"},
	{"libgcc_s.", "gcc", "libgcc-s1"},
	{"libgomp.", "gcc", "libgomp1"},
	{"libatomic.", "gcc", "libatomic1"},
	{"libz.", "zlib", "zlib1g"},
	{"libonnxruntime", "onnxruntime", ""},
}

// componentOf returns the component of a soname; one that is not known is named after the library.
func componentOf(soname string) component {
	for _, c := range components {
		if strings.HasPrefix(soname, c.prefix) {
			return c
		}
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(soname, "lib"), ".so")
	return component{prefix: soname, name: name}
}
