package command

import "github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"

// providerNames are the values of --provider.
var providerNames = []string{"auto", "cpu", "cuda", "coreml", "dnnl"}

// withProvider asks for a provider by the name that --provider has for it. "auto" leaves the choice to ortwrap: a GPU
// where there is one. All others are required: without CUDA, "cuda" is an error.
func withProvider(b ortwrap.SessionBuilder, name string) ortwrap.SessionBuilder {
	switch name {
	case "cpu":
		return b.WithPreference(ortwrap.CPUOnly)
	case "cuda":
		return b.WithProvider(ortwrap.CUDA{})
	case "coreml":
		return b.WithProvider(ortwrap.CoreML{})
	case "dnnl":
		return b.WithProvider(ortwrap.DNNL{})
	default:
		return b
	}
}

// withoutSpinning lets the threads of a session sleep as soon as a run ends. The key is that of ORT's
// kOrtSessionOptionsConfigForceSpinningStop.
func withoutSpinning(b ortwrap.SessionBuilder) ortwrap.SessionBuilder {
	return b.WithConfig("session.force_spinning_stop", "1")
}
