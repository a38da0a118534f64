package isolate_test

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/isolate"
)

func TestAProviderAndTheCoreKeepTheirOwnOfAllThatHasTheSameName(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in := b.input(b.compile("testdata/toy.cc", "-fno-gnu-unique"), b.entry())
	stats, err := isolate.Object(t.Context(), b.runner, in)
	require.NoError(t, err, fault.Format(err))
	require.Equal(t, 2, stats.Objects)
	require.Equal(t, 2, stats.Constructors, "the early ones of a file and the others")
	require.Positive(t, stats.Bytes)
	require.NoDirExists(t, in.Output+".isolate")

	core := b.compile("testdata/core.cc")
	archive := b.path("lib.a")
	b.do("ar", "rcs", archive, in.Output)
	for _, linker := range []string{"bfd", "gold", "lld", "mold"} {
		if _, err := exec.LookPath("ld." + linker); err != nil {
			continue // all that are there; the first always is
		}
		for _, gc := range []string{"--gc-sections", "--no-gc-sections"} {
			program := b.path(linker + gc)
			b.do(b.cxx, "-fuse-ld="+linker, "-Wl,"+gc, core, archive, "-o", program)
			testkit.Golden(t, "order", b.do(program)+"\n")
		}
	}
}

func TestWhatIsNeededOfAnArchiveBecomesPartOfTheObject(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.do("ar", "rcs", b.path("lib.a"),
		b.text("needed.cc", "int needed() { return 42; }"), b.text("other.cc", "int other() { return 1; }"))
	const user = `int needed(); extern "C" void* GetProvider() { static int x = needed(); return &x; }`
	in := b.input(b.text("user.cc", user, "-fno-gnu-unique"), b.entry())
	in.Archives = []string{b.path("lib.a")}
	_, err := isolate.Object(t.Context(), b.runner, in)
	require.NoError(t, err, fault.Format(err))
	symbols := b.do("nm", in.Output)
	require.Contains(t, symbols, " t _Z6neededv")
	require.NotContains(t, symbols, "other")
}

func TestAProviderWithoutConstructorsIsIsolatedToo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in := b.input(b.text("plain.cc", `extern "C" void* GetProvider() { return nullptr; }`), b.entry())
	stats, err := isolate.Object(t.Context(), b.runner, in)
	require.NoError(t, err, fault.Format(err))
	require.Zero(t, stats.Constructors)
	user := b.text("user.cc", `extern "C" void* ort_builder_provider_toy(void*);
int main() { return ort_builder_provider_toy(0) != 0; }`)
	b.do(b.cxx, user, in.Output, "-o", b.path("program"))
	b.do(b.path("program"))
}

func TestAProviderWhoseConstructorThrewIsNotUsedAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in := b.input(b.text("thrower.cc", `struct A { A() { throw 1; } } a;
extern "C" void* GetProvider() { return &a; }`), b.entry())
	_, err := isolate.Object(t.Context(), b.runner, in)
	require.NoError(t, err, fault.Format(err))
	user := b.text("user.cc", `extern "C" void* ort_builder_provider_toy(void*);
int main() { try { ort_builder_provider_toy(0); return 1; } catch (int) {} return ort_builder_provider_toy(0) != 0; }`)
	b.do(b.cxx, user, in.Output, "-o", b.path("program"))
	b.do(b.path("program"))
}

func TestAnObjectThatIsNotIsolatedIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in := b.input(b.compile("testdata/toy.cc"), b.entry()) // without -fno-gnu-unique
	_, err := isolate.Object(t.Context(), b.runner, in)
	require.ErrorIs(t, err, isolate.ErrNotIsolated)
	require.Contains(t, fault.Format(err), "symbols are one in the whole process (STB_GNU_UNIQUE): ")
	require.Contains(t, fault.Format(err), "calls")
	require.NoFileExists(t, in.Output)
	require.NoDirExists(t, in.Output+".isolate")
}

func TestAFailedProgramIsToldWithItsWords(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	recorder := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		return &run.ExitError{Cmd: cmd, Code: 1, Tail: "no such option", Err: errors.New("exit status 1")}
	}}
	in := isolate.Input{
		Name: "toy", Objects: []string{"a.o"}, Output: filepath.Join(dir, "toy.o"), LD: "ld", Objcopy: "objcopy",
	}
	_, err := isolate.Object(t.Context(), recorder, in)
	require.ErrorContains(t, err, "isolate provider toy")
	require.Contains(t, fault.Format(err), "no such option")
}

func TestTheCommandsNameAllThatTheyUse(t *testing.T) {
	t.Parallel()
	recorder := &run.Recorder{}
	in := isolate.Input{
		Name: "toy", Objects: []string{"a.o", "b.o"}, Archives: []string{"/x/c.a"},
		Output: filepath.Join(t.TempDir(), "toy.o"), LD: "/x/ld", Objcopy: "/x/objcopy",
	}
	_, err := isolate.Object(t.Context(), recorder, in)
	require.ErrorContains(t, err, "checking object") // there is none
	var lines []string
	for _, cmd := range recorder.Commands() {
		lines = append(lines, strings.ReplaceAll(cmd.String(), in.Output, "OUTPUT"))
	}
	testkit.Golden(t, "commands", strings.Join(lines, "\n")+"\n")
}

func TestNoObjectsAreAnError(t *testing.T) {
	t.Parallel()
	_, err := isolate.Object(t.Context(), &run.Recorder{}, isolate.Input{Name: "toy"})
	require.ErrorContains(t, err, "isolating provider toy: there are no objects")
}
