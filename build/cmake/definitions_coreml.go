package cmake

import "github.com/onnxruntime-builder/onnxruntime-builder/build/spec"

// coreml says what the CoreML provider asks for. ONNX Runtime always writes ML programs too, with parts of coremltools,
// and settles the options of those parts itself. They are compiled into archives of their own, see [Roots]; the .proto
// files of CoreML go through the protoc that all others go through.
func coreml(o Options) map[string]string {
	if !o.Spec.Has(spec.CoreML) {
		return nil
	}
	return map[string]string{"onnxruntime_USE_COREML": on}
}

// coremlRoots are the targets of the CoreML provider. Nothing else depends on them: the core reaches the provider
// through a symbol that is found when a program is linked.
func coremlRoots(s spec.Spec) []string {
	if !s.Has(spec.CoreML) {
		return nil
	}
	return []string{"onnxruntime_providers_coreml", "coreml_proto"}
}
