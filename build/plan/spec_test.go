package plan_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/settings"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

func TestSpecFollowsTheSettings(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		testkit.Skip(t, "CUDA and oneDNN are built for Linux only")
	}
	for _, c := range []struct {
		providers []string
		linking   string
		more      []spec.Provider
		kind      string
		command   string
	}{
		{kind: "cpu", command: "go tool mage buildCpu"},
		{linking: "static", kind: "cpu", command: "go tool mage buildCpu"},
		{providers: []string{"dnnl"}, kind: "cpu+dnnl-static", command: "ORT_PROVIDERS=dnnl ORT_LINKING=static go tool mage buildCpu"},
		{providers: []string{"dnnl"}, linking: "shared", kind: "cpu+dnnl", command: "ORT_PROVIDERS=dnnl ORT_LINKING=shared go tool mage buildCpu"},
		{more: []spec.Provider{spec.CUDA}, kind: "cpu+cuda", command: "go tool mage buildCuda"},
		{more: []spec.Provider{spec.CUDA}, linking: "static", kind: "cpu+cuda-static", command: "go tool mage buildCudaStatic"},
		{
			providers: []string{" DNNL", "cuda", "cpu"}, kind: "cpu+cuda+dnnl",
			command: "ORT_PROVIDERS=cuda,dnnl ORT_LINKING=shared go tool mage buildCpu",
		},
	} {
		b, _ := newBuilder(t, func(s *settings.Settings) { s.Providers, s.Linking = c.providers, c.linking })
		s, err := b.Spec("1.23.2", c.more...)
		require.NoError(t, err)
		require.Equal(t, c.kind, s.Kind())
		require.Equal(t, c.command, plan.BuildCommand(s))
		require.Equal(t, "latest-"+c.kind, plan.Latest(s))
	}
}

func TestSpecIsForThePlatformThatIsAskedFor(t *testing.T) {
	t.Parallel()
	b, _ := newBuilder(t, func(s *settings.Settings) { s.Target = "linux/" + runtime.GOARCH + "/musl" })
	s, err := b.Spec("1.23.2")
	require.NoError(t, err)
	require.Equal(t, spec.Platform{OS: "linux", Arch: runtime.GOARCH, Libc: "musl"}, s.Platform)
	require.Equal(t, "latest-linux-"+runtime.GOARCH+"-musl-cpu", plan.Latest(s))
	require.Equal(t, "ORT_TARGET=linux/"+runtime.GOARCH+"/musl go tool mage buildCpu", plan.BuildCommand(s))
	_, err = b.Spec("1.23.2", spec.CUDA)
	require.ErrorContains(t, err, "for the machine that builds")

	for target, problem := range map[string]string{
		"arm64": `choose the platform (ORT_TARGET=arm64): "arm64" is not a platform`, "plan9/arm64": "cannot be built for",
	} {
		b, _ = newBuilder(t, func(s *settings.Settings) { s.Target = target })
		_, err = b.Spec("1.23.2")
		require.ErrorContains(t, err, problem)
	}
}

func TestAMinimalBuildIsAKindOfItsOwn(t *testing.T) {
	t.Parallel()
	b, _ := newBuilder(t, func(s *settings.Settings) { s.CUDA.Minimal = true })
	s, err := b.Spec("1.23.2", spec.CUDA)
	require.NoError(t, err)
	require.Equal(t, "cpu+cuda-minimal", s.Kind())
	s, err = b.Spec("1.23.2")
	require.NoError(t, err)
	require.Equal(t, "cpu", s.Kind())
}

func TestProvidersThatAreNotKnownAreRefused(t *testing.T) {
	t.Parallel()
	for _, change := range []func(*settings.Settings){
		func(s *settings.Settings) { s.Providers = []string{"tensorrt"} },
		func(s *settings.Settings) { s.Linking = "dynamic" },
	} {
		b, _ := newBuilder(t, change)
		_, err := b.Spec("1.23.2")
		var f *fault.Error
		require.ErrorAs(t, err, &f)
		require.NotEmpty(t, f.Hint)
	}
}

// The two forms come from one compile, and are two results.
func TestFormsDifferInNothingButTheirLinking(t *testing.T) {
	t.Parallel()
	b, _ := newBuilder(t, nil)
	set := tools(t)
	set.CMake.Name, set.Ninja.Name, set.Protoc.Name = toolchain.CMake, toolchain.Ninja, toolchain.Protoc
	shared := plan.With(plan.CPU("1.23.2"), spec.Shared, spec.DNNL)
	keys := map[string]bool{}
	compiles := map[string]bool{}
	for _, s := range []spec.Spec{shared, plan.With(shared, spec.Static), plan.CPU("1.23.2")} {
		key, compile, err := b.KeysOf(t.Context(), s, set)
		require.NoError(t, err)
		keys[key.ID().String()], compiles[compile.ID().String()] = true, true
	}
	require.Len(t, keys, 3)
	require.Len(t, compiles, 2)
}
