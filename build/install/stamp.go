package install

import (
	"fmt"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// stampFile is a header of the builder's own, beside those of ONNX Runtime: programs learn from it which build they
// were compiled for. ortwrap reads it.
const stampFile = includeDir + "/onnxruntime_builder.h"

// stamp computes that header. What is not known is "".
func stamp(s spec.Spec, key string, report *audit.Report) item {
	text := fmt.Sprintf(`/* Which build of ONNX Runtime this is. What is not known is "". */
#ifndef ONNXRUNTIME_BUILDER_H
#define ONNXRUNTIME_BUILDER_H

/* Version of ONNX Runtime. */
#define ONNXRUNTIME_BUILDER_VERSION %q

/* Name of the build's entry in the builder's store. It stands for all that the build was made from. */
#define ONNXRUNTIME_BUILDER_STORE_KEY %q

/* Oldest glibc that the library runs on. */
#define ONNXRUNTIME_BUILDER_GLIBC_FLOOR %q

/* Version of the CUDA toolkit that the CUDA execution provider was built with. */
#define ONNXRUNTIME_BUILDER_CUDA_VERSION %q

/* Compute capabilities that the CUDA execution provider has code for: "9.0a 12.0a 12.0+PTX". An "a": for this one alone. */
#define ONNXRUNTIME_BUILDER_CUDA_ARCHITECTURES %q

#endif
`, s.Version, key, floor(report, "GLIBC"), s.GPU.Toolkit, s.GPU.Capabilities)
	return item{to: stampFile, text: []byte(text)}
}

// floor is the lowest version of a set of symbols that will do, "" where none is needed.
func floor(report *audit.Report, name string) string {
	if report == nil || report.Linked == nil {
		return ""
	}
	for _, f := range report.Linked.Floors {
		if f.Name == name {
			return f.Version
		}
	}
	return ""
}
