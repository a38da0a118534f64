package ortwrap

import (
	"fmt"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// Optimization says how much ORT may change a model's graph before it runs. Results stay the same but for rounding.
type Optimization int

// The levels of optimization. [OptimizeAll] is what a session gets unless told otherwise.
const (
	OptimizeNone     Optimization = capi.OptimizeNone     // run the graph as it is
	OptimizeBasic    Optimization = capi.OptimizeBasic    // what is right for every provider, such as constant folding
	OptimizeExtended Optimization = capi.OptimizeExtended // fuse operators
	OptimizeAll      Optimization = capi.OptimizeAll      // change memory layouts too
)

// SessionBuilder collects what a session is made of. Every method returns a changed copy, so one builder may serve as
// the start of many, in any number of goroutines. The first mistake is kept and returned by Open.
type SessionBuilder struct {
	path      string
	model     []byte
	settings  []func(capi.Options) error
	providers []Provider
	err       error
}

// NewSession starts a builder for a session with ORT's defaults: the CPU, one thread a core, all optimizations.
func NewSession() SessionBuilder { return SessionBuilder{} }

// FromFile takes the model from a file.
func (b SessionBuilder) FromFile(path string) SessionBuilder {
	if path == "" {
		return b.fail(fmt.Errorf("%w: the path is empty", ErrNoModel))
	}
	b.path, b.model = path, nil
	return b
}

// FromMemory takes the model from the bytes of a model file. They must not change until Open has returned.
func (b SessionBuilder) FromMemory(model []byte) SessionBuilder {
	if len(model) == 0 {
		return b.fail(fmt.Errorf("%w: the model has no bytes", ErrNoModel))
	}
	b.path, b.model = "", model
	return b
}

// WithThreads sets the number of threads that work on one operator, the calling one among them; 0 is one a core.
func (b SessionBuilder) WithThreads(n int) SessionBuilder {
	if n < 0 {
		return b.fail(fmt.Errorf("%w: %d threads", ErrOption, n))
	}
	return b.with(func(o capi.Options) error { return o.SetThreads(n) })
}

// WithOptimization sets the level of graph optimization.
func (b SessionBuilder) WithOptimization(level Optimization) SessionBuilder {
	switch level {
	case OptimizeNone, OptimizeBasic, OptimizeExtended, OptimizeAll:
		return b.with(func(o capi.Options) error { return o.SetOptimization(int(level)) })
	default:
		return b.fail(fmt.Errorf("%w: optimization level %d", ErrOption, level))
	}
}

// WithProvider adds a provider. Those added first are preferred.
func (b SessionBuilder) WithProvider(p Provider) SessionBuilder {
	if p == nil {
		return b.fail(fmt.Errorf("%w: the provider is nil", ErrOption))
	}
	b.providers = append(b.providers[:len(b.providers):len(b.providers)], p)
	return b
}

// Open loads the model. The session must be closed. The builder can be used again.
func (b SessionBuilder) Open() (*Session, error) {
	s, err := b.open()
	if err != nil {
		return nil, &Error{Op: "opening", Model: b.name(), Err: err}
	}
	return s, nil
}

func (b SessionBuilder) open() (*Session, error) {
	if b.err != nil {
		return nil, b.err
	}
	if b.path == "" && b.model == nil {
		return nil, ErrNoModel
	}
	if err := env.enter(); err != nil {
		return nil, err
	}
	defer env.leave()
	options, err := b.options()
	if err != nil {
		return nil, convert(err)
	}
	defer options.Release()
	opsets, err := b.source().look()
	if err != nil {
		return nil, err
	}
	var native capi.Session
	if b.model != nil {
		native, err = capi.OpenBytes(env.native, b.model, options)
	} else {
		native, err = capi.OpenFile(env.native, b.path, options)
	}
	if err != nil {
		return nil, diagnose(convert(err), b.source())
	}
	s, err := newSession(native, b.name())
	if err != nil {
		return nil, err
	}
	s.opsets = opsets
	return s, nil
}

// options makes ORT's options, which the caller releases.
func (b SessionBuilder) options() (capi.Options, error) {
	options, err := capi.NewOptions()
	if err != nil {
		return options, err
	}
	for _, set := range b.settings {
		if err := set(options); err != nil {
			options.Release()
			return options, err
		}
	}
	for _, p := range b.providers {
		if err := p.register(options); err != nil {
			options.Release()
			return options, fmt.Errorf("adding %s: %w", p.Name(), err)
		}
	}
	return options, nil
}

func (b SessionBuilder) source() source { return source{path: b.path, model: b.model} }

func (b SessionBuilder) name() string {
	if b.path != "" {
		return b.path
	}
	return fmt.Sprintf("model of %d bytes", len(b.model))
}

func (b SessionBuilder) with(set func(capi.Options) error) SessionBuilder {
	b.settings = append(b.settings[:len(b.settings):len(b.settings)], set)
	return b
}

func (b SessionBuilder) fail(err error) SessionBuilder {
	if b.err == nil {
		b.err = err
	}
	return b
}
