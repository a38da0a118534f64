package ortwrap

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// Preference says whether a session uses a GPU.
type Preference int

// The preferences. What they mean depends on the providers that [SessionBuilder.WithProvider] asks for:
//
//	preference    without a GPU provider                  with a GPU provider
//	none given    as PreferGPU; where any provider is     each is required: an error where one can't be used
//	              asked for, exactly those, required
//	PreferGPU     the GPU providers that are compiled     those; one that can't be used is left out
//	              in; where none works the processor
//	CPUOnly       the processor                           an error: contradiction
//	RequireGPU    the GPU providers that are compiled     each is required: an error where one can't be used
//	              in; an error where none works
//
// Compiled in are CUDA on Linux and CoreML on macOS, if at all; they get their default options. Whatever is left out is
// logged with the reason (as a warning; for debugging where the library has no GPU provider at all) and told by
// [Session.Fallback]. The processor computes what the other providers have no operator for; the session config entry
// session.disable_cpu_ep_fallback = 1 makes that an error.
const (
	PreferGPU Preference = iota
	CPUOnly
	RequireGPU
)

// String is "prefer GPU", "CPU only" or "require GPU".
func (p Preference) String() string {
	switch p {
	case PreferGPU:
		return "prefer GPU"
	case CPUOnly:
		return "CPU only"
	case RequireGPU:
		return "require GPU"
	default:
		return fmt.Sprintf("preference %d", int(p))
	}
}

// gpus are the GPU providers of an operating system, preferred first.
var gpus = map[string][]Provider{"linux": {CUDA{}}, "darwin": {CoreML{}}}

// plan is which providers to ask for.
type plan struct {
	providers []Provider // without the processor where it has no options
	optional  bool       // leave out what can't be used
	needGPU   bool       // but not all GPUs
}

// newPlan carries out a preference. given tells the preference PreferGPU from none.
func newPlan(asked []Provider, preference Preference, given bool, compiled []string) (plan, error) {
	hasGPU := slices.ContainsFunc(asked, Provider.gpu)
	switch {
	case !given && len(asked) > 0:
		return plan{providers: asked}, nil
	case preference == CPUOnly && hasGPU:
		gpu := asked[slices.IndexFunc(asked, Provider.gpu)]
		return plan{}, fmt.Errorf("%w: CPUOnly and %s exclude each other", ErrOption, gpu.Name())
	case preference == CPUOnly:
		return plan{providers: asked}, nil
	case hasGPU:
		return plan{providers: asked, optional: preference == PreferGPU, needGPU: preference == RequireGPU}, nil
	}
	var list []Provider
	for _, p := range gpus[runtime.GOOS] {
		if slices.Contains(compiled, p.Name()) {
			list = append(list, p)
		}
	}
	return plan{append(list, asked...), true, preference == RequireGPU}, nil
}

// withoutGPUs is the plan for when a GPU has failed.
func (p plan) withoutGPUs() plan {
	p.providers = slices.DeleteFunc(slices.Clone(p.providers), Provider.gpu)
	p.needGPU = false
	return p
}

// register asks for the plan's providers, as far as they can be used, and returns those; failed is why others can't.
func (p plan) register(o capi.Options) (used []Provider, failed []error, err error) {
	for _, provider := range p.providers {
		err := registerProvider(provider, o)
		switch {
		case err == nil:
			used = append(used, provider)
		case p.optional && errors.Is(err, ErrProvider):
			failed = append(failed, err)
		default:
			return nil, nil, err
		}
	}
	if p.needGPU && !slices.ContainsFunc(used, Provider.gpu) {
		if !slices.ContainsFunc(p.providers, Provider.gpu) {
			failed = append([]error{noGPU()}, failed...)
		}
		return nil, nil, fmt.Errorf("a GPU is required: %w", errors.Join(failed...))
	}
	return used, failed, nil
}

// noGPU says that the library has no provider for a GPU.
func noGPU() error {
	list := gpus[runtime.GOOS]
	if len(list) == 0 {
		return fmt.Errorf("%w: there is none for a GPU on %s", ErrProvider, runtime.GOOS)
	}
	if err := tryProvider(list[0]); err != nil {
		return err // in ORT's words
	}
	return fmt.Errorf("%w: %s is not compiled in: %s", ErrProvider, list[0].Name(), remedy(list[0]))
}

// choice is what became of a preference.
type choice struct {
	providers []string
	gpu       bool // one of them
	fallback  error
	level     slog.Level // at which the fallback is logged
}

func newChoice(p plan, used []Provider, failed []error) choice {
	c := choice{level: slog.LevelDebug, gpu: slices.ContainsFunc(used, Provider.gpu)}
	for _, u := range used {
		if u.Name() != (CPU{}).Name() {
			c.providers = append(c.providers, u.Name())
		}
	}
	c.providers = append(c.providers, CPU{}.Name())
	if len(failed) > 0 {
		c.level = slog.LevelWarn
	}
	if p.optional && !slices.ContainsFunc(p.providers, Provider.gpu) {
		failed = append(failed, noGPU())
	}
	c.fallback = errors.Join(failed...)
	return c
}

// log tells the user's logger of a fallback.
func (c choice) log(model string) {
	if c.fallback != nil {
		currentLogger().LogAttrs(context.Background(), c.level, "session does without an execution provider that it prefers",
			slog.String("model", model), slog.Any("providers", c.providers), slog.String("reason", c.fallback.Error()))
	}
}

// Providers are the names of the execution providers that the session uses, preferred first. The last one is
// "CPUExecutionProvider".
func (s *Session) Providers() []string { return slices.Clone(s.choice.providers) }

// Fallback is why the session does without a provider that it prefers: nil where it does not, else [ErrProvider] and
// the reason of each. It is never nil for a session that prefers a GPU and has none.
func (s *Session) Fallback() error { return s.choice.fallback }
