package ortwrap

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// SessionBuilder collects what a session is made of. Every method returns a changed copy, so one builder may serve as
// the start of many, in any number of goroutines. The first mistake is kept and returned by Open; it is an
// [ErrNoModel], [ErrOption] or [ErrProviderOption].
type SessionBuilder struct {
	path       string
	model      []byte
	settings   []func(capi.Options) error
	folder     string            // of external data
	given      map[string][]byte // external data, by the name of their file
	providers  []Provider
	preference Preference
	preferred  bool // preference was given
	err        error
}

// NewSession starts a builder for a session with the defaults: a GPU where the library can use one (see [PreferGPU]),
// one thread a core, all optimizations.
func NewSession() SessionBuilder { return SessionBuilder{} }

// FromFile takes the model from a file.
func (b SessionBuilder) FromFile(path string) SessionBuilder {
	if path == "" {
		return b.fail(fmt.Errorf("%w: the path is empty", ErrNoModel))
	}
	if strings.Contains(path, "\x00") { // C would end the path there
		return b.fail(fmt.Errorf("%w: the path %q has a zero byte", ErrNoModel, path))
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

// Open loads the model. The session must be closed. The builder can be used again.
//
// The error is an [Error] with the builder's first mistake, one of the library and the environment, [ErrProvider], or
// what is wrong with the model: [ErrModelFormat], [ErrModelTooLarge], [ErrOpset], [ErrOperator], [ErrExternalData],
// fs.ErrNotExist, or else a [Code] in ORT's words.
func (b SessionBuilder) Open() (*Session, error) {
	s, err := b.open()
	if err != nil {
		return nil, &Error{Op: "opening", Model: b.name(), Err: err}
	}
	return s, nil
}

func (b SessionBuilder) open() (*Session, error) {
	switch {
	case b.err != nil:
		return nil, b.err
	case b.path == "" && b.model == nil:
		return nil, ErrNoModel
	case b.path != "" && b.folder != "":
		return nil, fmt.Errorf("%w: WithExternalData is for models from memory: the external data of a model from a file "+
			"must be in the folder of that file", ErrOption)
	}
	if err := env.enter(); err != nil {
		return nil, err
	}
	defer env.leave()
	env.sessions.Add(1)
	defer env.sessions.Add(-1)
	compiled, err := capi.Providers()
	if err != nil {
		return nil, convert(err)
	}
	p, err := newPlan(b.providers, b.preference, b.preferred, compiled)
	if err != nil {
		return nil, err
	}
	opsets, err := b.source().look()
	if err != nil {
		return nil, err
	}
	native, choice, err := b.load(p)
	if err != nil {
		return nil, diagnose(err, b.source())
	}
	s, err := newSession(native, b.name())
	if err != nil {
		return nil, err
	}
	s.opsets, s.choice, s.copiesInputs = opsets, choice, choice.gpu
	choice.log(s.model)
	return s, nil
}

// load makes the session. A GPU may fail as late as here. A second try without tells whether it is to blame, and is the
// session to use where the plan allows it.
func (b SessionBuilder) load(p plan) (capi.Session, choice, error) {
	native, used, failed, err := b.create(p)
	if err == nil {
		return native, newChoice(p, used, failed), nil
	}
	gpu := slices.IndexFunc(used, Provider.gpu)
	if gpu < 0 {
		return native, choice{}, err
	}
	without, rest, _, second := b.create(p.withoutGPUs())
	if second != nil {
		return native, choice{}, err
	}
	err = fmt.Errorf("%w: opening the model with %s: %w", ErrProvider, used[gpu].Name(), err)
	if !p.optional || p.needGPU {
		without.Release()
		return native, choice{}, err
	}
	return without, newChoice(p, rest, append(failed, err)), nil
}

// create makes a session with the providers of a plan, and returns which it uses, also after a failure.
func (b SessionBuilder) create(p plan) (native capi.Session, used []Provider, failed []error, err error) {
	options, err := capi.NewOptions()
	if err != nil {
		return native, nil, nil, convert(err)
	}
	defer options.Release()
	for _, set := range b.settings {
		if err := set(options); err != nil {
			return native, nil, nil, convert(err)
		}
	}
	if used, failed, err = p.register(options); err != nil {
		return native, nil, nil, err
	}
	if b.model != nil {
		native, err = capi.OpenBytes(env.native, b.model, options)
	} else {
		native, err = capi.OpenFile(env.native, b.path, options)
	}
	return native, used, failed, convert(err)
}

func (b SessionBuilder) source() source {
	return source{path: b.path, model: b.model, folder: b.folder, given: b.given}
}

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
