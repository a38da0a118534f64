package ortwrap_test

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

func TestMistakesInOptionsAreReturnedByOpen(t *testing.T) {
	t.Parallel()
	start := ortwrap.NewSession().FromMemory(read(t, "constant.onnx"))
	file := ortwrap.NewSession().FromFile(filepath.Join("testdata", "outside.onnx"))
	cases := []struct {
		name    string
		builder ortwrap.SessionBuilder
		want    error
		text    string
	}{
		{"inter-op threads", start.WithInterOpThreads(-3), ortwrap.ErrOption, "-3 threads between operators"},
		{"execution mode", start.WithExecutionMode(9), ortwrap.ErrOption, "execution mode 9"},
		{"preference", start.WithPreference(9), ortwrap.ErrOption, "preference 9"},
		{"config key", start.WithConfig("", "1"), ortwrap.ErrOption, "expected a key"},
		{"config value", start.WithConfig("a", "b\x00c"), ortwrap.ErrOption, `"b\x00c"`},
		{"long config", start.WithConfig("a", strings.Repeat("x", 1<<16)), ortwrap.CodeInvalidArgument, "length"},
		{"profile", start.WithProfiling(""), ortwrap.ErrOption, "the prefix of profiles is"},
		{"folder", start.WithExternalData(""), ortwrap.ErrOption, "the folder of external data is"},
		{"folder of a file", file.WithExternalData("."), ortwrap.ErrOption, "must be in the folder of that file"},
		{"external name", start.WithExternalBytes("", []byte("a")), ortwrap.ErrOption, "expected a name"},
		{"no bytes", start.WithExternalBytes("a", nil), ortwrap.ErrOption, "at least one byte"},
		{
			"external twice", start.WithExternalBytes("a", []byte{1}).WithExternalBytes("a", []byte{1}),
			ortwrap.CodeInvalidArgument, "already been added",
		},
		{"provider twice", start.WithProvider(ortwrap.CPU{}, ortwrap.CPU{NoArena: true}), ortwrap.ErrOption, "twice"},
		{"nil provider", start.WithProvider(ortwrap.CPU{}, nil), ortwrap.ErrOption, "the provider is nil"},
		{
			"contradiction", start.WithPreference(ortwrap.CPUOnly).WithProvider(ortwrap.CUDA{}), ortwrap.ErrOption,
			"CPUOnly and CUDAExecutionProvider exclude each other",
		},
		{
			"first mistake", start.WithConfig("", "").WithProvider(ortwrap.CUDA{Device: -1}), ortwrap.ErrOption,
			"config entry",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			session, err := c.builder.Open()
			require.Nil(t, session)
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, c.text)
		})
	}
}

func TestASessionWithEveryOptionRuns(t *testing.T) {
	t.Parallel()
	session, err := ortwrap.NewSession().FromMemory(read(t, "count.onnx")).
		WithThreads(2).WithInterOpThreads(2).WithExecutionMode(ortwrap.Parallel).WithOptimization(ortwrap.OptimizeBasic).
		WithConfig("session.disable_prepacking", "1").WithLogLevel(slog.LevelError).
		WithPreference(ortwrap.CPUOnly).WithProvider(ortwrap.CPU{NoArena: true, NoMemoryPattern: true}).Open()
	require.NoError(t, err)
	got := runOne(t, session, newTensor(t, ortwrap.NewShape(1), int64(5)))
	require.Equal(t, []float32{5}, got.(*ortwrap.Tensor[float32]).GetData())
	require.NoError(t, session.Close())
}

func TestConfigEntriesReachORT(t *testing.T) {
	t.Parallel()
	_, err := ortwrap.NewSession().FromMemory(read(t, "constant.onnx")).
		WithThreads(2).WithConfig("session.intra_op_thread_affinities", "nonsense").Open()
	require.ErrorContains(t, err, "ReadThreadAffinityConfig")
}

func TestAProfileIsWritten(t *testing.T) {
	t.Parallel()
	prefix := filepath.Join(t.TempDir(), "a profile")
	session, err := ortwrap.NewSession().FromMemory(read(t, "count.onnx")).WithProfiling(prefix).Open()
	require.NoError(t, err)
	runOne(t, session, newTensor(t, ortwrap.NewShape(1), int64(5)))
	path, err := session.EndProfiling()
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(path, prefix) && strings.HasSuffix(path, ".json"), path)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var events []map[string]any
	require.NoError(t, json.Unmarshal(data, &events))
	require.Contains(t, string(data), "Add")

	_, err = session.EndProfiling()
	require.ErrorIs(t, err, ortwrap.ErrNoProfile)
	runOne(t, session, newTensor(t, ortwrap.NewShape(1), int64(5)))
	require.NoError(t, session.Close())
	_, err = session.EndProfiling()
	require.ErrorIs(t, err, ortwrap.ErrClosed)
}

func TestASessionWithoutProfilingHasNoProfile(t *testing.T) {
	t.Parallel()
	_, err := open(t, "constant.onnx").EndProfiling()
	require.ErrorIs(t, err, ortwrap.ErrNoProfile)
	require.ErrorContains(t, err, "WithProfiling")
}

func TestExternalDataOfAModelFromMemory(t *testing.T) {
	t.Parallel()
	model := ortwrap.NewSession().FromMemory(read(t, "outside.onnx"))
	for name, builder := range map[string]ortwrap.SessionBuilder{
		"file":   ortwrap.NewSession().FromFile(filepath.Join("testdata", "outside.onnx")),
		"folder": model.WithExternalData("testdata"),
		"bytes":  model.WithExternalBytes("outside.bin", read(t, "outside.bin")),
		"dot":    model.WithExternalBytes("./outside.bin", read(t, "outside.bin")),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 2 { // a builder serves many sessions
				session, err := builder.Open()
				require.NoError(t, err)
				runtime.GC()
				got := runOne(t, session, newTensor(t, ortwrap.NewShape(2), float32(10), 20))
				require.Equal(t, []float32{11, 22}, got.(*ortwrap.Tensor[float32]).GetData())
				require.NoError(t, session.Close())
			}
		})
	}
}

func TestExternalBytesMayChangeAfterOpen(t *testing.T) {
	t.Parallel()
	data := read(t, "outside.bin")
	session, err := ortwrap.NewSession().FromMemory(read(t, "outside.onnx")).WithExternalBytes("outside.bin", data).Open()
	require.NoError(t, err)
	clear(data)
	got := runOne(t, session, newTensor(t, ortwrap.NewShape(2), float32(10), 20))
	require.Equal(t, []float32{11, 22}, got.(*ortwrap.Tensor[float32]).GetData())
	require.NoError(t, session.Close())
}

func TestWrongExternalDataIsAnError(t *testing.T) {
	t.Parallel()
	model := ortwrap.NewSession().FromMemory(read(t, "outside.onnx"))
	for name, builder := range map[string]ortwrap.SessionBuilder{
		"none":         model,
		"other folder": model.WithExternalData(t.TempDir()),
		"other name":   model.WithExternalBytes("other.bin", []byte{1}),
		"too short":    model.WithExternalBytes("outside.bin", []byte{1}),
	} {
		_, err := builder.Open()
		require.Error(t, err, name)
	}
}

func TestBuildersRefuseWhatORTWouldCutOrKeep(t *testing.T) {
	t.Parallel()
	digit := func() ortwrap.SessionBuilder { return ortwrap.NewSession().FromMemory(digits.Model()) }
	opening := func(b ortwrap.SessionBuilder) func() error { return func() error { return openAndClose(b) } }
	path := filepath.Join("testdata", "external.onnx")
	refuse(t, []badInput{
		{"a path with a zero byte", opening(ortwrap.NewSession().FromFile(path + "\x00")), ortwrap.ErrNoModel, "zero byte"},
		{
			"threads beyond 32 bits", func() error { _, err := digit().WithThreads(1 << 32).Open(); return err },
			ortwrap.ErrOption, "expected 0 to",
		},
		{
			"threads between operators beyond 32 bits", opening(digit().WithInterOpThreads(1 << 32)),
			ortwrap.ErrOption, "expected 0 to",
		},
		{"a nil pointer to a provider", opening(digit().WithProvider((*ortwrap.CUDA)(nil))), ortwrap.ErrOption, "nil"},
		{
			"bytes that ORT keeps", opening(digit().WithConfig("session.use_ort_model_bytes_directly", "1")),
			ortwrap.ErrOption, "session.use_ort_model_bytes_directly",
		},
	})
}
