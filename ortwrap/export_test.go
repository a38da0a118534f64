package ortwrap

import (
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// Settings are a provider's options in ORT's words.
func Settings(p Provider) (keys, values []string, err error) {
	s, err := p.settings()
	return s.keys, s.values, err
}

// FakeGPU is a GPU provider that computes nothing.
type FakeGPU struct {
	Refusal    string // what ORT says when it is registered
	BreaksOpen bool   // opening the model fails
}

func (FakeGPU) Name() string { return "FakeExecutionProvider" }

func (FakeGPU) gpu() bool { return true }

func (FakeGPU) settings() (settings, error) { return settings{}, nil }

func (f FakeGPU) register(o capi.Options, _ settings) error {
	if f.Refusal != "" {
		return &capi.Error{Code: int(CodeFail), Message: f.Refusal}
	}
	if f.BreaksOpen {
		return o.SetConfig("session.intra_op_thread_affinities", "nonsense")
	}
	return nil
}

// Plan carries out a preference for a library with some providers, and names what is asked for.
func Plan(asked []Provider, preference Preference, given bool, compiled ...string) (
	names []string, optional, needGPU bool,
) {
	p, err := newPlan(asked, preference, given, compiled)
	if err != nil {
		return []string{err.Error()}, false, false
	}
	for _, provider := range p.providers {
		names = append(names, provider.Name())
	}
	return names, p.optional, p.needGPU
}

// Shorten is what is left of ORT's text in a reason.
var Shorten = shortenReason

// HoldMessages keeps ORT's messages back until the function that it returns is called.
func HoldMessages() (deliver func()) {
	env.lock.Lock()
	defer env.lock.Unlock()
	return env.log.hold()
}

// PrepareFor makes inputs for a description, without a model.
var PrepareFor = prepare

// CopyInputs makes the bindings of a session bind their inputs anew for each run, as sessions on other devices do.
func CopyInputs(s *Session) { s.copiesInputs = true }
