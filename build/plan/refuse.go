package plan

import (
	"errors"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// refuseProviders returns an error if the spec has a provider that cannot be built for its platform on a host.
func refuseProviders(host spec.Platform, s spec.Spec) error {
	refused := fault.Error{Op: "choose the execution providers", On: s.String()}
	switch {
	case s.Has(spec.CoreML) && s.Platform.OS != macOS:
		refused.Err = errors.New("CoreML is a part of macOS: no other system has it")
		refused.Hint = "build on a Mac; here go tool mage buildCpu, with ORT_PROVIDERS unset, builds the CPU provider"
	case s.Has(spec.CoreML) && host.OS != macOS:
		refused.Err = errors.New("the CoreML provider is compiled with headers of Apple's SDK, which only a Mac has")
		refused.Hint = "run go tool mage buildCoreml on a Mac; " +
			"here go tool mage buildCpu, with ORT_PROVIDERS unset, builds the CPU provider"
	case s.Platform.OS != "linux" && len(s.Separate()) > 0:
		refused.Err = errors.New("CUDA and oneDNN are built for Linux only")
		refused.Hint = "unset ORT_PROVIDERS"
	case s.Platform != host && len(s.Separate()) > 0:
		refused.Err = errors.New("CUDA and oneDNN are built for the machine that builds only")
		refused.Hint = "unset ORT_PROVIDERS, or ORT_TARGET"
	default:
		return nil
	}
	return &refused
}
