package conformance

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// Provider is an execution provider by the short name that flags and lists have for it. The zero Provider is the
// processor's own, which takes every operator.
type Provider struct {
	name  string
	value ortwrap.Provider // nil for the processor's own
}

// CPU is the name of the processor's own provider.
const CPU = "cpu"

// providers are those that cases can be run on beside the processor's own.
var providers = []Provider{
	{"coreml", ortwrap.CoreML{}},
	{"cuda", ortwrap.CUDA{NoTF32: true}}, // TF32 has 10 bits of fraction, less than the tolerance
	{"dnnl", ortwrap.DNNL{}},
}

// NewProvider returns the provider of a name: "cpu", "coreml", "cuda" or "dnnl". The error of one that can't be used
// here says why.
func NewProvider(name string) (Provider, error) {
	if name == CPU {
		return Provider{}, nil
	}
	names := []string{CPU}
	for _, p := range providers {
		if p.name == name {
			return p, p.usable()
		}
		names = append(names, p.name)
	}
	return Provider{}, fmt.Errorf("unknown provider %q: expected one of %s", name, strings.Join(names, ", "))
}

// usable is the reason that ORT can't use the provider.
func (p Provider) usable() error {
	list, err := ortwrap.Providers()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(s ortwrap.ProviderStatus) bool { return s.Name == p.value.Name() })
	if i < 0 || list[i].Usable {
		return nil
	}
	return fmt.Errorf("%w: %s: %s", ortwrap.ErrProvider, p.value.Name(), list[i].Reason)
}

// String is the short name.
func (p Provider) String() string {
	if p.value == nil {
		return CPU
	}
	return p.name
}

// noFallback is the key of a session's configuration that makes it an error when the processor has to help out.
const noFallback = "session.disable_cpu_ep_fallback"

// fallbackText is what ORT says then (InferenceSession::Initialize). Its code, "failure", is that of much else.
const fallbackText = "fallback to CPU EP has been explicitly disabled"

// errNothingLeft is the error of a case that ORT computes while it opens the model: no operator is left to be run.
var errNothingLeft = errors.New("no operator is left for the provider")

// open opens a case on the provider alone.
func (p Provider) open(model []byte) (*ortwrap.Session, error) {
	builder := ortwrap.NewSession().FromMemory(model).WithThreads(1)
	if p.value == nil {
		return builder.WithPreference(ortwrap.CPUOnly).Open()
	}
	builder = builder.WithConfig(noFallback, "1")
	session, err := builder.WithProvider(p.value).Open()
	if err != nil {
		return nil, err
	}
	if without, err := builder.WithPreference(ortwrap.CPUOnly).Open(); err == nil {
		without.Close()
		session.Close()
		return nil, errNothingLeft
	}
	return session, nil
}

// takes is false where the error says that the provider does not compute the whole model.
func (p Provider) takes(err error) bool {
	return p.value == nil || !errors.Is(err, errNothingLeft) && !strings.Contains(err.Error(), fallbackText)
}
