package ortwrap

import "github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"

// Provider is an execution provider: what computes a model's operators. The only one so far is [CPU].
type Provider interface {
	// Name is the name that ORT uses, such as "CPUExecutionProvider".
	Name() string
	// register asks for the provider in a session's options.
	register(capi.Options) error
}

// CPU computes on the processor. Every session has it: as the last choice where others are asked for, else as the only
// one.
type CPU struct{}

// Name is "CPUExecutionProvider".
func (CPU) Name() string { return "CPUExecutionProvider" }

// ORT adds it by itself.
func (CPU) register(capi.Options) error { return nil }
