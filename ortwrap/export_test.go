package ortwrap

import (
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/cudadriver"
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

// DevicesOf lists the GPUs of a driver.
var DevicesOf = devicesOf

// FakeCUDA is the CUDA provider on a driver of the test's choice and for a build of its choice. ORT has its say in
// Answer.
type FakeCUDA struct {
	CUDA
	Driver        string
	Architectures []string
	Version       string
	Answer        string // "" for a good one
}

func (f FakeCUDA) register(capi.Options, settings) error {
	code, err := newDeviceCode(f.Architectures, f.Version)
	if err != nil {
		return err
	}
	return f.registerOn(f.Driver, code, func() error {
		if f.Answer == "" {
			return nil
		}
		return &capi.Error{Code: int(CodeFail), Message: f.Answer}
	})
}

// Reason is what Providers tells of a provider that can't be used.
func Reason(p Provider) string { return providerReason(p, registerProvider(p, capi.Options{})) }

// CheckDevice says why a build for some architectures can't compute on a GPU of a driver with one GPU.
func CheckDevice(architectures []string, version string, state cudadriver.State, number int) error {
	code, err := newDeviceCode(architectures, version)
	if err != nil {
		return err
	}
	return code.check(state, number)
}
