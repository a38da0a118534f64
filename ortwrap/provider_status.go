package ortwrap

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// ProviderStatus says whether an execution provider can be used.
type ProviderStatus struct {
	Name     string `json:"name"`             // by ORT's name: "CUDAExecutionProvider"
	Compiled bool   `json:"compiled"`         // part of the linked library
	Usable   bool   `json:"usable"`           // here and now, with its default options
	Reason   string `json:"reason,omitempty"` // why it is not usable: "CUDA failure 35: CUDA driver version is …"
}

// Providers tells of every provider that this package knows and every one that is compiled in, those first that are
// preferred: GPUs, then others, then the processor, which is always usable. A provider that is compiled in is tried,
// which loads its libraries; CUDA is tried on GPU 0.
//
// The error is that of a failed initialisation of ORT; see [Initialize].
func Providers() ([]ProviderStatus, error) {
	if err := env.enter(); err != nil {
		return nil, err
	}
	defer env.leave()
	compiled, err := capi.Providers()
	if err != nil {
		return nil, fmt.Errorf("asking ONNX Runtime for its providers: %w", convert(err))
	}
	known := []Provider{CUDA{}, CoreML{}, DNNL{}}
	var list []ProviderStatus
	for _, p := range known {
		s := ProviderStatus{Name: p.Name(), Compiled: slices.Contains(compiled, p.Name())}
		if err := tryProvider(p); err != nil {
			s.Reason = providerReason(p, err)
		} else {
			s.Usable = true
		}
		list = append(list, s)
	}
	for _, name := range compiled {
		isIt := func(s ProviderStatus) bool { return s.Name == name }
		if name != (CPU{}).Name() && !slices.ContainsFunc(list, isIt) {
			list = append(list, ProviderStatus{Name: name, Compiled: true, Reason: "ortwrap has no way to ask for it"})
		}
	}
	return append(list, ProviderStatus{Name: CPU{}.Name(), Compiled: true, Usable: true}), nil
}

// tryProvider registers a provider in options that nobody uses.
func tryProvider(p Provider) error {
	options, err := capi.NewOptions()
	if err != nil {
		return convert(err)
	}
	defer options.Release()
	return registerProvider(p, options)
}

// providerReason is an error without what the status says already.
func providerReason(p Provider, err error) string {
	text := err.Error()
	for _, sentinel := range []error{ErrProvider, ErrProviderOption} {
		if errors.Is(err, sentinel) {
			text = strings.TrimPrefix(text, sentinel.Error()+": ")
		}
	}
	return strings.TrimPrefix(strings.TrimPrefix(text, p.Name()+": "), ErrDevice.Error()+": ")
}
