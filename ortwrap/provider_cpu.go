package ortwrap

import "github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"

// CPU computes on the processor. Every session has it, as the last choice: there is no need to ask for it but for its
// options.
type CPU struct {
	NoArena         bool // take memory from the system each time; slower, but nothing is kept between runs
	NoMemoryPattern bool // do not plan memory by the first run; for inputs whose shapes change all the time
}

// Name is "CPUExecutionProvider".
func (CPU) Name() string { return "CPUExecutionProvider" }

func (CPU) gpu() bool { return false }

func (CPU) settings() (settings, error) { return settings{}, nil }

// ORT adds the provider by itself.
func (c CPU) register(o capi.Options, _ settings) error {
	if c.NoArena {
		if err := o.DisableArena(); err != nil {
			return err
		}
	}
	if c.NoMemoryPattern {
		return o.DisableMemoryPattern()
	}
	return nil
}

// DNNL computes on the processor with oneDNN, formerly DNNL, of Intel.
type DNNL struct {
	NoArena bool // take memory from the system each time
}

// Name is "DnnlExecutionProvider".
func (DNNL) Name() string { return "DnnlExecutionProvider" }

func (DNNL) gpu() bool { return false }

func (d DNNL) settings() (settings, error) {
	fields := map[string]string{"use_arena": "1"}
	if d.NoArena {
		fields["use_arena"] = "0"
	}
	return newSettings(d.Name(), fields, nil, nil)
}

func (DNNL) register(o capi.Options, s settings) error { return o.AddDNNL(s.keys, s.values) }
