package ortwrap_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	ort "github.com/yalue/onnxruntime_go"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

// BenchmarkOpen loads a small model and closes it again, with one thread: to start more takes longer than all the rest.
func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		session, err := ortwrap.NewSession().FromMemory(digits.Model()).WithThreads(1).Open()
		require.NoError(b, err)
		require.NoError(b, session.Close())
	}
}

// BenchmarkRun runs the same models on the same inputs, with one thread, through ortwrap and through plain
// onnxruntime_go: BenchmarkRun/<model>/<way>. Its ways come in pairs: "ortwrap" and "ortwrap_cancellable" against
// "onnxruntime_go", which all make their outputs anew; "bound" and "bound_cancellable" against
// "onnxruntime_go_preallocated", which all write to the same outputs. A sequence, such as the forest's probabilities,
// can't be bound: ORT makes it anew for each run.
func BenchmarkRun(b *testing.B) {
	for _, m := range benchModels(b) {
		b.Run(m.name, func(b *testing.B) {
			session := m.open(b)
			b.Run("onnxruntime_go", func(b *testing.B) { m.plain(b, false) })
			b.Run("ortwrap", func(b *testing.B) { m.run(context.Background(), b, session) })
			b.Run("ortwrap_cancellable", func(b *testing.B) { m.run(b.Context(), b, session) })
			if !m.fixed(session) {
				return
			}
			b.Run("bound", func(b *testing.B) { m.bound(context.Background(), b, session) })
			b.Run("bound_cancellable", func(b *testing.B) { m.bound(b.Context(), b, session) })
			b.Run("onnxruntime_go_preallocated", func(b *testing.B) { m.plain(b, true) })
		})
	}
}

// BenchmarkCallers runs one session from 1, 2, 4 and 8 goroutines: BenchmarkCallers/<goroutines>. The time is that of
// all runs divided by their number.
func BenchmarkCallers(b *testing.B) {
	m := benchDigits(b)
	session := m.open(b)
	for _, n := range []int{1, 2, 4, 8} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { m.callers(b, session, n) })
	}
}

// fixed says whether all outputs can be bound.
func (m benchModel) fixed(session *ortwrap.Session) bool {
	return !slices.ContainsFunc(session.Outputs(), func(info ortwrap.Info) bool { return info.Kind != ortwrap.KindTensor })
}

type benchModel struct {
	name   string
	model  []byte
	inputs []ortwrap.Value
}

func benchDigits(b *testing.B) benchModel {
	b.Helper()
	return benchModel{"digits", digits.Model(), []ortwrap.Value{benchTensor[float32](b, 1, 64)}}
}

func benchModels(b *testing.B) []benchModel {
	b.Helper()
	fromFile := func(name string, inputs ...ortwrap.Value) benchModel {
		dir, err := findModule()
		require.NoError(b, err)
		model, err := os.ReadFile(filepath.Join(dir, "test_data", name+".onnx"))
		require.NoError(b, err)
		return benchModel{name, model, inputs}
	}
	bfloats, err := ortwrap.NewCustomDataTensor(ortwrap.NewShape(9), make([]byte, 18), ortwrap.BFloat16)
	require.NoError(b, err)
	b.Cleanup(func() { bfloats.Destroy() })
	return []benchModel{
		benchDigits(b),
		fromFile("example_several_inputs_and_outputs", benchTensor[int32](b, 2, 5, 2, 5),
			benchTensor[float32](b, 2, 3, 20), bfloats),
		fromFile("example_multitype", benchTensor[uint8](b, 1, 1, 1), benchTensor[float64](b, 1, 2, 2)),
		fromFile("sklearn_randomforest", benchTensor[float32](b, 6, 4)),
	}
}

func benchTensor[T ortwrap.TensorData](b *testing.B, dims ...int64) ortwrap.Value {
	b.Helper()
	v, err := ortwrap.NewEmptyTensor[T](ortwrap.NewShape(dims...))
	require.NoError(b, err)
	b.Cleanup(func() { v.Destroy() })
	return v
}

func (m benchModel) open(b *testing.B) *ortwrap.Session {
	b.Helper()
	session, err := ortwrap.NewSession().FromMemory(m.model).WithThreads(1).Open()
	require.NoError(b, err)
	b.Cleanup(func() { session.Close() })
	return session
}

// run makes new outputs for each run.
func (m benchModel) run(ctx context.Context, b *testing.B, session *ortwrap.Session) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		outputs, err := session.Run(ctx, m.inputs...)
		if err != nil {
			b.Fatal(err)
		}
		for _, v := range outputs {
			v.Destroy()
		}
	}
}

// plain runs the model with onnxruntime_go alone, with new outputs for each run or with those of one run.
func (m benchModel) plain(b *testing.B, keep bool) {
	b.Helper()
	session := m.open(b)
	names := func(list []ortwrap.Info) []string {
		var names []string
		for _, info := range list {
			names = append(names, info.Name)
		}
		return names
	}
	options, err := ort.NewSessionOptions()
	require.NoError(b, err)
	defer options.Destroy()
	require.NoError(b, options.SetIntraOpNumThreads(1))
	plain, err := ort.NewDynamicAdvancedSessionWithONNXData(m.model, names(session.Inputs()), names(session.Outputs()),
		options)
	require.NoError(b, err)
	defer plain.Destroy()
	outputs := make([]ortwrap.Value, len(session.Outputs()))
	if keep {
		require.NoError(b, plain.Run(m.inputs, outputs))
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := plain.Run(m.inputs, outputs); err != nil {
			b.Fatal(err)
		}
		for i := range outputs {
			if !keep {
				outputs[i].Destroy()
				outputs[i] = nil
			}
		}
	}
}

// bound writes to the same outputs in each run.
func (m benchModel) bound(ctx context.Context, b *testing.B, session *ortwrap.Session) {
	b.Helper()
	inputs, outputs := make(map[string]ortwrap.Value), make(map[string]ortwrap.Value)
	for i, info := range session.Inputs() {
		inputs[info.Name] = m.inputs[i]
	}
	list, err := session.Run(ctx, m.inputs...)
	require.NoError(b, err)
	for i, info := range session.Outputs() {
		defer list[i].Destroy()
		outputs[info.Name] = list[i]
	}
	binding, err := session.Bind(inputs, outputs)
	require.NoError(b, err)
	defer binding.Close()
	b.ReportAllocs()
	for b.Loop() {
		if err := binding.Run(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

// callers shares the runs between goroutines.
func (m benchModel) callers(b *testing.B, session *ortwrap.Session, goroutines int) {
	b.Helper()
	var all sync.WaitGroup
	for g := range goroutines {
		runs := (b.N + g) / goroutines
		all.Go(func() {
			for range runs {
				outputs, err := session.Run(b.Context(), m.inputs...)
				if err != nil {
					b.Error(err)
					return
				}
				for _, v := range outputs {
					v.Destroy()
				}
			}
		})
	}
	all.Wait()
}

// BenchmarkModel runs every model in the folder ORTWRAP_MODELS on zeros, with one thread. The target bench gives it the
// networks that come with ONNX's tests.
func BenchmarkModel(b *testing.B) {
	dir := os.Getenv("ORTWRAP_MODELS")
	if dir == "" {
		b.Skip("ORTWRAP_MODELS names no folder with models")
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*.onnx"))
	require.NoError(b, err)
	require.NotEmpty(b, paths, "no models in %s", dir)
	for _, path := range paths {
		name := strings.TrimPrefix(strings.TrimSuffix(filepath.Base(path), ".onnx"), "light_")
		b.Run(name, func(b *testing.B) {
			session, err := ortwrap.NewSession().FromFile(path).WithThreads(1).Open()
			require.NoError(b, err)
			defer session.Close()
			inputs := zeros(b, session)
			for b.Loop() {
				outputs, err := session.Run(b.Context(), inputs...)
				require.NoError(b, err)
				for _, output := range outputs {
					require.NoError(b, output.Destroy())
				}
			}
		})
	}
}

// zeros makes the inputs of a model that takes floats; open dimensions are 1.
func zeros(b *testing.B, session *ortwrap.Session) []ortwrap.Value {
	b.Helper()
	var inputs []ortwrap.Value
	for _, info := range session.Inputs() {
		shape := info.Shape
		for i, d := range shape {
			shape[i] = max(d, 1)
		}
		input, err := ortwrap.NewEmptyTensor[float32](shape)
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, input.Destroy()) })
		inputs = append(inputs, input)
	}
	return inputs
}
