package ortwrap

import "github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"

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
