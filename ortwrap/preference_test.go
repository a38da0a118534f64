package ortwrap_test

import (
	"bytes"
	"log/slog"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// systemGPU is the GPU provider of this system.
func systemGPU(t *testing.T) ortwrap.Provider {
	t.Helper()
	if runtime.GOOS == "darwin" {
		return ortwrap.CoreML{}
	}
	return ortwrap.CUDA{}
}

func TestPreferencesAskForProviders(t *testing.T) {
	t.Parallel()
	const fake = "FakeExecutionProvider"
	name := systemGPU(t).Name()
	cpu, dnnl := ortwrap.CPU{}, ortwrap.DNNL{}
	one := func(p ...ortwrap.Provider) []ortwrap.Provider { return p }
	type result struct {
		names             []string
		optional, needGPU bool
	}
	cases := []struct {
		title      string
		asked      []ortwrap.Provider
		preference ortwrap.Preference
		given      bool
		compiled   string
		want       result
	}{
		{"default", nil, ortwrap.PreferGPU, false, name, result{[]string{name}, true, false}},
		{"default without GPU", nil, ortwrap.PreferGPU, false, "", result{nil, true, false}},
		{"default and CPU", one(cpu), ortwrap.PreferGPU, false, name, result{[]string{cpu.Name()}, false, false}},
		{"default and GPU", one(ortwrap.FakeGPU{}), ortwrap.PreferGPU, false, name, result{[]string{fake}, false, false}},
		{"prefer", nil, ortwrap.PreferGPU, true, name, result{[]string{name}, true, false}},
		{"prefer and DNNL", one(dnnl), ortwrap.PreferGPU, true, name, result{[]string{name, dnnl.Name()}, true, false}},
		{"prefer and GPU", one(ortwrap.FakeGPU{}), ortwrap.PreferGPU, true, name, result{[]string{fake}, true, false}},
		{"CPU only", nil, ortwrap.CPUOnly, true, name, result{nil, false, false}},
		{"CPU only and DNNL", one(dnnl), ortwrap.CPUOnly, true, name, result{[]string{dnnl.Name()}, false, false}},
		{
			"CPU only and GPU", one(ortwrap.FakeGPU{}), ortwrap.CPUOnly, true, name,
			result{[]string{"unusable option: CPUOnly and FakeExecutionProvider exclude each other"}, false, false},
		},
		{"require", nil, ortwrap.RequireGPU, true, name, result{[]string{name}, true, true}},
		{"require and GPU", one(ortwrap.FakeGPU{}), ortwrap.RequireGPU, true, name, result{[]string{fake}, false, true}},
	}
	for _, c := range cases {
		t.Run(c.title, func(t *testing.T) {
			t.Parallel()
			names, optional, needGPU := ortwrap.Plan(c.asked, c.preference, c.given, c.compiled)
			require.Equal(t, c.want, result{names, optional, needGPU})
		})
	}
}

func TestAPreferredGPUThatFailsIsLeftOutAndTold(t *testing.T) {
	for name, fake := range map[string]ortwrap.FakeGPU{
		"no driver":     {Refusal: "CUDA failure 35: no driver"},
		"fails to open": {BreaksOpen: true},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			ortwrap.SetLogger(slog.New(slog.NewTextHandler(&log, nil)))
			defer ortwrap.SetLogger(nil)
			builder := ortwrap.NewSession().FromMemory(read(t, "constant.onnx")).WithProvider(fake)
			session, err := builder.WithPreference(ortwrap.PreferGPU).Open()
			require.NoError(t, err)
			defer session.Close()
			require.Equal(t, []string{"CPUExecutionProvider"}, session.Providers())
			require.ErrorIs(t, session.Fallback(), ortwrap.ErrProvider)
			require.ErrorContains(t, session.Fallback(), fake.Refusal)
			require.Contains(t, log.String(), "level=WARN msg=\"session does without an execution provider that it prefers\"")
			require.Contains(t, log.String(), fake.Refusal)
			runOne(t, session)

			log.Reset()
			for _, required := range []ortwrap.SessionBuilder{builder, builder.WithPreference(ortwrap.RequireGPU)} {
				_, err := required.Open()
				require.ErrorIs(t, err, ortwrap.ErrProvider)
				require.ErrorContains(t, err, fake.Refusal)
			}
			require.NotContains(t, log.String(), "does without")
		})
	}
}

func TestABrokenModelIsNotTheFaultOfAGPU(t *testing.T) {
	t.Parallel()
	builder := ortwrap.NewSession().WithPreference(ortwrap.PreferGPU).WithProvider(ortwrap.FakeGPU{})
	_, err := builder.FromMemory([]byte("text")).Open()
	require.ErrorIs(t, err, ortwrap.CodeInvalidProtobuf)
	require.NotErrorIs(t, err, ortwrap.ErrProvider)
}

func TestAGPUThatWorksIsNamedFirst(t *testing.T) {
	t.Parallel()
	for _, preference := range []ortwrap.Preference{ortwrap.PreferGPU, ortwrap.RequireGPU} {
		builder := ortwrap.NewSession().WithPreference(preference).WithProvider(ortwrap.CPU{}, ortwrap.FakeGPU{})
		session, err := builder.FromMemory(read(t, "constant.onnx")).Open()
		require.NoError(t, err)
		require.Equal(t, []string{"FakeExecutionProvider", "CPUExecutionProvider"}, session.Providers())
		require.NoError(t, session.Fallback())
		require.NoError(t, session.Close())
	}
}

func TestASessionOnTheProcessorAloneDoesNotFallBack(t *testing.T) {
	t.Parallel()
	start := ortwrap.NewSession().FromMemory(read(t, "constant.onnx"))
	for _, builder := range []ortwrap.SessionBuilder{
		start.WithPreference(ortwrap.CPUOnly),
		start.WithProvider(ortwrap.CPU{NoArena: true, NoMemoryPattern: true}),
	} {
		session, err := builder.Open()
		require.NoError(t, err)
		require.Equal(t, []string{"CPUExecutionProvider"}, session.Providers())
		require.NoError(t, session.Fallback())
		runOne(t, session)
		require.NoError(t, session.Close())
	}
}

func TestWithoutAGPUPreferringOneFallsBackAndRequiringOneFails(t *testing.T) {
	t.Parallel()
	list, err := ortwrap.Providers()
	require.NoError(t, err)
	for _, s := range list {
		if s.Name == systemGPU(t).Name() && s.Usable {
			t.Skip("this machine has a GPU")
		}
	}
	start := ortwrap.NewSession().FromMemory(read(t, "constant.onnx"))
	session, err := start.Open()
	require.NoError(t, err)
	require.Equal(t, []string{"CPUExecutionProvider"}, session.Providers())
	require.ErrorIs(t, session.Fallback(), ortwrap.ErrProvider)
	require.NoError(t, session.Close())

	for _, builder := range []ortwrap.SessionBuilder{
		start.WithPreference(ortwrap.RequireGPU),
		start.WithPreference(ortwrap.RequireGPU).WithProvider(ortwrap.DNNL{}),
		start.WithProvider(systemGPU(t)),
		start.WithProvider(systemGPU(t)).WithPreference(ortwrap.RequireGPU),
	} {
		_, err = builder.Open()
		require.ErrorIs(t, err, ortwrap.ErrProvider)
		require.ErrorContains(t, err, systemGPU(t).Name()+": ")
	}
}
