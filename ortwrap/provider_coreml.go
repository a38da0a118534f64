package ortwrap

import "github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"

// CoreML computes on what a computer of Apple has: processor, GPU and Neural Engine.
type CoreML struct {
	ComputeUnits ComputeUnits // what may compute; [UnitsAll] unless set
	ModelFormat  ModelFormat  // what the model is turned into; [FormatNeuralNetwork] unless set
	// Extra has more options by ORT's names: AllowLowPrecisionAccumulationOnGPU, EnableOnSubgraphs, ProfileComputePlan
	// and RequireStaticInputShapes are "0" or "1"; SpecializationStrategy is "Default" or "FastPrediction";
	// ModelCacheDirectory is a path.
	Extra map[string]string
}

// ComputeUnits are the parts of a computer that CoreML may use.
type ComputeUnits string

// The choices of units.
const (
	UnitsAll                ComputeUnits = "ALL"
	UnitsCPUOnly            ComputeUnits = "CPUOnly"
	UnitsCPUAndGPU          ComputeUnits = "CPUAndGPU"
	UnitsCPUAndNeuralEngine ComputeUnits = "CPUAndNeuralEngine"
)

// ModelFormat is a format of CoreML.
type ModelFormat string

// The formats of CoreML.
const (
	FormatNeuralNetwork ModelFormat = "NeuralNetwork"
	FormatMLProgram     ModelFormat = "MLProgram" // more operators; needs macOS 12
)

// coreMLExtra are the options without a field.
var coreMLExtra = map[string]rule{
	"AllowLowPrecisionAccumulationOnGPU": flagRule,
	"EnableOnSubgraphs":                  flagRule,
	"ModelCacheDirectory":                pathRule,
	"ProfileComputePlan":                 flagRule,
	"RequireStaticInputShapes":           flagRule,
	"SpecializationStrategy":             oneOf("Default", "FastPrediction"),
}

// Name is "CoreMLExecutionProvider".
func (CoreML) Name() string { return "CoreMLExecutionProvider" }

func (CoreML) gpu() bool { return true }

func (c CoreML) settings() (settings, error) {
	if c.ComputeUnits != "" {
		r := oneOf(string(UnitsAll), string(UnitsCPUOnly), string(UnitsCPUAndGPU), string(UnitsCPUAndNeuralEngine))
		if err := r.check(c.Name(), "ComputeUnits", string(c.ComputeUnits)); err != nil {
			return settings{}, err
		}
	}
	if c.ModelFormat != "" {
		r := oneOf(string(FormatNeuralNetwork), string(FormatMLProgram))
		if err := r.check(c.Name(), "ModelFormat", string(c.ModelFormat)); err != nil {
			return settings{}, err
		}
	}
	fields := map[string]string{"MLComputeUnits": string(c.ComputeUnits), "ModelFormat": string(c.ModelFormat)}
	return newSettings(c.Name(), fields, c.Extra, coreMLExtra)
}

func (CoreML) register(o capi.Options, s settings) error { return o.AddCoreML(s.keys, s.values) }
