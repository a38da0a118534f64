package ortwrap

import (
	"context"
	"fmt"
	"sync"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

var errBindingClosed = fmt.Errorf("the binding is closed, or %w", ErrClosed)

// Binding is a session with its inputs, and perhaps outputs, for many runs. Each run reads what the inputs hold by then
// and writes to the outputs.
//
// One goroutine at a time may use a binding: others get [ErrBusy]. Any number of bindings of one session may run at the
// same time. It must be closed, or is closed with its session. The zero Binding is a closed one.
type Binding struct {
	session *Session
	values  []bound // that were given
	outputs []Value // nil where ORT makes the output

	// The lock is only taken under the session's, so that the session can close the binding.
	lock    sync.Mutex
	closed  bool
	ran     bool // there are outputs
	native  capi.Binding
	stopper *stopper
}

// Bind prepares runs that always have the same inputs and outputs. A run changes nothing but the elements of the
// outputs.
//
// All inputs must be given. They are checked as Run checks them, and their elements may change from run to run. Outputs
// that are left out, or are nil, are made anew by ORT in each run: see [Binding.Outputs]. Only tensors can be given, of
// the type that the model says and of the shape that comes out: a run fails if it is another one. None of the values
// may be destroyed before the binding is closed: runs fail then.
//
// The error is an [Error] with one of those of [Session.RunNamed], or with [ErrOutputName], [ErrOutputType] or
// [ErrOutputShape].
func (s *Session) Bind(inputs, outputs map[string]Value) (*Binding, error) {
	b, err := s.bind(inputs, outputs)
	if err != nil {
		return nil, &Error{Op: "binding", Model: s.model, Err: err}
	}
	return b, nil
}

func (s *Session) bind(inputs, outputs map[string]Value) (*Binding, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	list, err := s.order(inputs)
	if err != nil {
		return nil, err
	}
	b := &Binding{session: s, outputs: make([]Value, len(s.outputs))}
	in, out := make([]capi.Value, len(s.inputs)), make([]capi.Value, len(s.outputs))
	for i, info := range s.inputs {
		if in[i], err = check(info, list[i]); err != nil {
			return nil, fmt.Errorf("input %q: %w", info.Name, err)
		}
		if !in[i].IsZero() {
			b.values = append(b.values, newBound(list[i], inputSide, info.Name, i, in[i]))
		}
	}
	for name := range outputs {
		if !hasName(s.outputs, name) {
			return nil, fmt.Errorf("%w: there is no %q: the model gives %s", ErrOutputName, name, signature(s.outputs))
		}
	}
	for i, info := range s.outputs {
		v := outputs[info.Name]
		if v == nil {
			continue
		}
		if out[i], err = s.checkOutput(info, v); err != nil {
			return nil, fmt.Errorf("output %q: %w", info.Name, err)
		}
		b.outputs[i] = v
		b.values = append(b.values, newBound(v, outputSide, info.Name, i, out[i]))
	}
	if b.stopper, err = newStopper(); err != nil {
		return nil, err
	}
	if b.native, err = s.native.Bind(s.inputNames, in, s.outputNames, out, s.copiesInputs); err != nil {
		b.stopper.release()
		return nil, convert(err)
	}
	s.bindings.Store(b, nil)
	return b, nil
}

// Run runs the model on the bound values. A context that ends stops the model before its next operator. Run allocates
// nothing in Go, unless it fails or its context is another one than that of the last run: the binding holds on to the
// context until then. The error is an [Error] with [ErrClosed], [ErrBusy], [ErrInvalidValue], the context's error or a
// [Code].
func (b *Binding) Run(ctx context.Context) error {
	if err := b.run(ctx); err != nil {
		return b.fail("running", err)
	}
	return nil
}

func (b *Binding) run(ctx context.Context) error {
	if err := b.enter(); err != nil {
		return err
	}
	defer b.leave()
	b.ran = false
	if err := ctx.Err(); err != nil {
		return err
	}
	for i := range b.values {
		if err := b.values[i].check(b.native); err != nil {
			return err
		}
	}
	b.stopper.watch(ctx)
	err := b.native.Run(b.stopper.options)
	b.ran = err == nil
	return runError(ctx, err)
}

// Outputs are the outputs of the last run by name. Those that were given to Bind are there themselves. All others are
// copies, which the caller destroys; an optional one without content is nil. The error is [ErrNotRun] if the last run
// failed. A run writes anew to outputs that were given; copies stay as they are.
func (b *Binding) Outputs() (map[string]Value, error) {
	outputs, err := b.results()
	if err != nil {
		return nil, b.fail("reading the outputs of", err)
	}
	return outputs, nil
}

func (b *Binding) results() (map[string]Value, error) {
	if err := b.enter(); err != nil {
		return nil, err
	}
	defer b.leave()
	if !b.ran {
		return nil, ErrNotRun
	}
	all, err := b.native.Outputs()
	if err != nil {
		return nil, convert(err)
	}
	named := make(map[string]Value, len(all))
	var made []capi.Value
	var infos []Info
	for i, v := range all {
		info := b.session.outputs[i]
		if given := b.outputs[i]; given != nil {
			named[info.Name] = given
			v.Release()
			continue
		}
		made, infos = append(made, v), append(infos, info)
	}
	copies, err := values(made, infos)
	if err != nil {
		return nil, err
	}
	for i, v := range copies {
		named[infos[i].Name] = v
	}
	return named, nil
}

// Close frees the binding after waiting for a run that has begun, and lets go of its values, which it does not destroy.
// Closing a closed binding does nothing.
func (b *Binding) Close() error {
	if b.session == nil {
		return nil
	}
	b.session.lock.RLock()
	defer b.session.lock.RUnlock()
	b.close()
	b.session.bindings.Delete(b)
	return nil
}

// close needs the session's lock.
func (b *Binding) close() {
	b.lock.Lock()
	defer b.lock.Unlock()
	if b.closed {
		return
	}
	b.closed = true
	b.native.Release()
	b.stopper.release()
	b.values, b.outputs = nil, nil
}

// enter makes sure that the binding stays open and the caller's alone until leave is called, which it must be unless
// there is an error.
func (b *Binding) enter() error {
	if b.session == nil || b.session.enter() != nil {
		return errBindingClosed
	}
	err := ErrBusy
	if b.lock.TryLock() {
		if !b.closed {
			return nil
		}
		b.lock.Unlock()
		err = errBindingClosed
	}
	b.session.leave()
	return err
}

func (b *Binding) leave() {
	b.lock.Unlock()
	b.session.leave()
}

func (b *Binding) fail(op string, err error) error {
	model := ""
	if b.session != nil {
		model = b.session.model
	}
	return &Error{Op: op, Model: model, Err: err}
}
