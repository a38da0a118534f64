package main

import (
	"context"
	"fmt"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// target is what the models run on.
type target struct {
	dry      bool
	provider ortwrap.Provider // nil is the processor
	device   int
}

// newTarget is what the options ask for. In a dry run it is oneDNN where the build has it, which loads as CUDA does. It
// does not ask for the GPU: that would take some of the time that is measured.
func newTarget(o options) (target, error) {
	if !o.dry {
		return target{device: o.device, provider: ortwrap.CUDA{Device: o.device}}, nil
	}
	t := target{dry: true}
	statuses, err := ortwrap.Providers()
	if err != nil {
		return t, err
	}
	dnnl := ortwrap.DNNL{}
	for _, s := range statuses {
		if s.Name == dnnl.Name() && s.Usable {
			t.provider = dnnl
		}
	}
	return t, nil
}

// devices lists the GPUs; the one that is asked for is among them, but for a dry run.
func devices(o options) ([]ortwrap.Device, error) {
	list, err := ortwrap.Devices()
	switch {
	case o.dry:
		return list, nil
	case err != nil:
		return nil, fmt.Errorf("no GPU to check: %w (-dry-run does without)", err)
	case o.device < 0 || o.device >= len(list):
		return nil, fmt.Errorf("no GPU to check: %w: the driver has %d, number %d is asked for (-dry-run does without)",
			ortwrap.ErrDevice, len(list), o.device)
	}
	return list, nil
}

// name is that of the provider.
func (t target) name() string {
	if t.provider == nil {
		return ortwrap.CPU{}.Name()
	}
	return t.provider.Name()
}

// open opens a model. On a GPU all of its nodes must run there; full is float32 in full precision.
func (t target) open(name string, full bool) (*ortwrap.Session, error) {
	data, err := bytes(name)
	if err != nil {
		return nil, err
	}
	b := ortwrap.NewSession().FromMemory(data)
	switch {
	case t.provider == nil:
		b = b.WithPreference(ortwrap.CPUOnly)
	case t.dry:
		b = b.WithProvider(t.provider)
	default:
		b = b.WithProvider(ortwrap.CUDA{Device: t.device, NoTF32: full}).
			WithConfig("session.disable_cpu_ep_fallback", "1")
	}
	s, err := b.Open()
	if err != nil {
		return nil, err
	}
	if s.Providers()[0] != t.name() {
		return nil, fmt.Errorf("the session uses %v, not %s", s.Providers(), t.name())
	}
	return s, nil
}

// compute opens a model, runs it once and closes it.
func (t target) compute(ctx context.Context, name string, full bool, input ortwrap.Value) (ortwrap.Value, error) {
	s, err := t.open(name, full)
	if err != nil {
		return nil, err
	}
	outputs, err := s.Run(ctx, input)
	if closing := s.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return nil, err
	}
	return outputs[0], nil
}

// processor is what results are compared with.
var processor = target{}
