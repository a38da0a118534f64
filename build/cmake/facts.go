package cmake

import (
	"maps"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
)

// Facts returns what CMake is given, for a description of the build that is the same on every machine: folders and
// programs have neutral names, and each of our own files stands with its digest. The compiler launcher is left out; it
// changes no result. Only o.Spec,
// o.Target, o.Release and o.CUDA.Definitions are looked at.
func Facts(o Options) ([]Definition, error) {
	o = Options{
		Spec: o.Spec, Target: o.Target, Release: o.Release, Source: "/source", Build: "/build",
		Tools: Tools{CC: "cc", CXX: "c++", AR: "ar", Ninja: "ninja", Protoc: "protoc", Patch: "patch", Python: "python3"},
		CUDA:  CUDA{Home: "/cuda", NVCC: "nvcc", CUDNN: "/cudnn", Jobs: 1, Definitions: o.CUDA.Definitions}, DNNL: DNNL{Home: "/dnnl"},
	}
	files, err := ownFiles(o)
	if err != nil {
		return nil, err
	}
	facts := Definitions(o)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		facts = append(facts, Definition{Name: name, Value: digest.OfBytes([]byte(files[name])).String()})
	}
	return facts, nil
}
