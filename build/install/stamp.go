package install

import (
	"fmt"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
)

// stampFile is a header of the builder's own, beside those of ONNX Runtime: programs learn from it which build they
// were compiled for. ortwrap reads it.
const stampFile = includeDir + "/onnxruntime_builder.h"

// stamp computes that header. What is not known is "".
func stamp(version, key string, report *audit.Report) item {
	text := fmt.Sprintf(`/* Which build of ONNX Runtime this is. What is not known is "". */
#ifndef ONNXRUNTIME_BUILDER_H
#define ONNXRUNTIME_BUILDER_H

/* Version of ONNX Runtime. */
#define ONNXRUNTIME_BUILDER_VERSION %q

/* Name of the build's entry in the builder's store. It stands for all that the build was made from. */
#define ONNXRUNTIME_BUILDER_STORE_KEY %q

/* Oldest glibc that the library runs on. */
#define ONNXRUNTIME_BUILDER_GLIBC_FLOOR %q

#endif
`, version, key, floor(report, "GLIBC"))
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
