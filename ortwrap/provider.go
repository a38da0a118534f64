package ortwrap

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// Provider is an execution provider: what computes a model's operators. The providers are [CPU], [CUDA], [CoreML] and
// [DNNL]. Their zero values stand for ORT's defaults.
type Provider interface {
	// Name is the name that ORT uses, such as "CPUExecutionProvider".
	Name() string
	// settings are the options in ORT's words. The error is ErrProviderOption.
	settings() (settings, error)
	// register asks for the provider in a session's options. The errors are those of package capi.
	register(capi.Options, settings) error
	// gpu says whether it computes elsewhere than on the processor.
	gpu() bool
}

// registerProvider adds a provider. The error is ErrProvider or ErrProviderOption.
func registerProvider(p Provider, o capi.Options) error {
	s, err := p.settings()
	if err != nil {
		return err
	}
	if err := p.register(o, s); err != nil {
		return refused(p, err)
	}
	return nil
}

// refused makes an error of what ORT said to a provider.
func refused(p Provider, err error) error {
	if errors.Is(err, ErrDevice) { // which says what to do itself
		return fmt.Errorf("%w: %s: %w", ErrProvider, p.Name(), err)
	}
	text := shortenReason(err.Error())
	// ORT asks the driver for the device while it reads the options: that is no mistake in them.
	if strings.Contains(text, "nknown provider option") || strings.Contains(text, "Unknown option") ||
		strings.Contains(text, "Invalid value for option") ||
		strings.Contains(text, "Failed to parse provider option") && !strings.Contains(text, `"device_id"`) {
		return fmt.Errorf("%w: %s: %s", ErrProviderOption, p.Name(), text)
	}
	return fmt.Errorf("%w: %s: %s: %s", ErrProvider, p.Name(), text, remedy(p))
}

// remedy says what to do about a provider that can't be used.
func remedy(p Provider) string {
	compiled, err := capi.Providers()
	switch {
	case err == nil && slices.Contains(compiled, p.Name()):
		return "install what is missing, or do without it (CPUOnly)"
	case p.Name() == CUDA{}.Name():
		return "it takes a build of ONNX Runtime with CUDA: go tool mage buildCuda (or buildCudaStatic)"
	case p.Name() == DNNL{}.Name():
		return "it takes a build of ONNX Runtime with oneDNN: ORT_PROVIDERS=dnnl go tool mage buildCpu"
	case p.Name() == CoreML{}.Name():
		return "it takes a build of ONNX Runtime with CoreML: go tool mage buildCoreml, on a Mac"
	default:
		return "it takes a build of ONNX Runtime with this provider"
	}
}

// shortenReason leaves out where in ORT's source an error arose, and what follows the first line.
func shortenReason(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	if _, after, ok := strings.Cut(text, "[ONNXRuntimeError] : "); ok {
		if parts := strings.SplitN(after, " : ", 3); len(parts) == 3 {
			text = parts[2] // after number and name of the code
		}
	}
	for _, start := range [...]string{"CUDA failure", "Failed to parse provider option", "Unknown provider option"} {
		if i := strings.Index(text, start); i > 0 {
			text = text[i:]
			break
		}
	}
	text, _, _ = strings.Cut(text, " ; GPU=")
	const most = 300
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return strings.TrimRight(text, ". ")
}
