package ortwrap

import (
	"context"
	"fmt"
	"runtime"
)

// Run runs the model on inputs given in its order and returns the outputs in its order. The caller destroys them. An
// optional input or output without content is nil.
//
// Number, kind, element type and shape of the inputs are checked first. A context that ends stops the model before its
// next operator.
//
// The error is an [Error] with [ErrClosed], [ErrInputCount], [ErrInputType], [ErrInputShape], [ErrInvalidValue], the
// context's error or a [Code]; then there are no outputs to destroy.
func (s *Session) Run(ctx context.Context, inputs ...Value) ([]Value, error) {
	outputs, err := s.run(ctx, inputs)
	if err != nil {
		return nil, &Error{Op: "running", Model: s.model, Err: err}
	}
	return outputs, nil
}

// RunNamed is [Session.Run] with inputs and outputs by name; an optional input without content is there as nil. The
// error may be [ErrInputName] too.
func (s *Session) RunNamed(ctx context.Context, inputs map[string]Value) (map[string]Value, error) {
	list, err := s.order(inputs)
	if err != nil {
		return nil, &Error{Op: "running", Model: s.model, Err: err}
	}
	outputs, err := s.Run(ctx, list...)
	if err != nil {
		return nil, err
	}
	named := make(map[string]Value, len(outputs))
	for i, v := range outputs {
		named[s.outputs[i].Name] = v
	}
	return named, nil
}

func (s *Session) order(inputs map[string]Value) ([]Value, error) {
	list := make([]Value, len(s.inputs))
	for i, info := range s.inputs {
		v, ok := inputs[info.Name]
		if !ok {
			return nil, fmt.Errorf("%w: %q is missing: the model takes %s", ErrInputName, info.Name, signature(s.inputs))
		}
		list[i] = v
	}
	for name := range inputs {
		if !hasName(s.inputs, name) {
			return nil, fmt.Errorf("%w: there is no %q: the model takes %s", ErrInputName, name, signature(s.inputs))
		}
	}
	return list, nil
}

func (s *Session) run(ctx context.Context, inputs []Value) ([]Value, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	if len(inputs) != len(s.inputs) {
		return nil, fmt.Errorf("%w: expected %d, got %d: the model takes %s",
			ErrInputCount, len(s.inputs), len(inputs), signature(s.inputs))
	}
	defer runtime.KeepAlive(inputs) // ORT works in memory that belongs to them, and an output may be an input
	r, err := s.runners.get(s)
	if err != nil {
		return nil, err
	}
	defer s.runners.put(r)
	for i, v := range inputs {
		if r.inputs[i], err = check(s.inputs[i], v); err != nil {
			return nil, fmt.Errorf("input %q: %w", s.inputs[i].Name, err)
		}
	}
	if err := r.run(ctx); err != nil {
		return nil, err
	}
	return values(r.outputs, s.outputs)
}
