package toolchain_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

func examine(t *testing.T, m *machine, want toolchain.Want) (text string, fit bool) {
	t.Helper()
	findings, err := m.Doctor(t.Context(), want)
	require.NoError(t, err)
	var out strings.Builder
	for i := range findings { // before the table is laid out, whose columns depend on the width of the paths
		findings[i].Path = m.hide(findings[i].Path)
		findings[i].Detail = m.hide(findings[i].Detail)
	}
	require.NoError(t, toolchain.WriteFindings(&out, findings))
	return out.String(), toolchain.Fit(findings)
}

func TestDoctorOnABareDebianMachine(t *testing.T) {
	t.Parallel()
	m := newMachine(t, nil)
	text, fit := examine(t, m, want)
	require.False(t, fit)
	testkit.Golden(t, "doctor-bare", text)
	require.Empty(t, folders(t, m.Dir))
}

func TestDoctorOnAMachineThatCanBuild(t *testing.T) {
	t.Parallel()
	m, archive, _ := lacksCMake(t)
	m.Fetch = fetches(archive)
	_, err := m.Provide(t.Context(), want, nil)
	require.NoError(t, err)
	m.script(t, "ccache", says("ccache version 4.7.5"))
	text, fit := examine(t, m, want)
	require.True(t, fit)
	testkit.Golden(t, "doctor-fit", text)
}

func TestDoctorOnAMachineWithOldTools(t *testing.T) {
	t.Parallel()
	m := newMachine(t, all())
	m.script(t, "cmake", says("cmake version 3.25.1"))
	m.script(t, "cc", fmt.Sprintf(gcc, "10.2.1"))
	m.script(t, "c++", fmt.Sprintf(gcc, "10.2.1"))
	m.Host.Disk, m.Host.Memory = 1<<30, 2<<30
	m.Offline = true
	text, fit := examine(t, m, toolchain.Want{Protoc: "21.12", Launcher: "sccache"})
	require.False(t, fit)
	testkit.Golden(t, "doctor-old", text)
}

func TestDoctorExplainsARefusedCompiler(t *testing.T) {
	t.Parallel()
	m := newMachine(t, all())
	text, fit := examine(t, m, toolchain.Want{Protoc: "21.12", CXX: "no-such-g++"})
	require.False(t, fit)
	require.Contains(t, text, "no-such-gcc")
	require.Contains(t, text, "or unset it")
}

func TestDoctorSeesACompilerWithoutHeaders(t *testing.T) {
	t.Parallel()
	m := newMachine(t, all())
	m.script(t, "c++", strings.Replace(fmt.Sprintf(gcc, "12.2.0"), "-x) ", "-x) exit 1;", 1))
	text, fit := examine(t, m, want)
	require.False(t, fit)
	require.Contains(t, text, "! c++")
	require.Contains(t, text, "headers of its library are incomplete: apt-get install g++")
}

func TestDoctorNamesTheCommandOfEachFamily(t *testing.T) {
	t.Parallel()
	for family, c := range map[string]string{
		"debian": "apt-get install g++",
		"fedora": "dnf install gcc-c++",
		"alpine": "apk add g++",
		"arch":   "pacman -S gcc",
		"suse":   "zypper install gcc-c++",
		"brew":   "xcode-select --install",
		"":       "install c++ with your system's package manager",
	} {
		m := newMachine(t, without(all(), "c++"))
		m.Host.Family = family
		text, fit := examine(t, m, want)
		require.False(t, fit)
		require.Contains(t, text, "mend: "+c+"\n")
	}
}

// What is provided from Debian's packages alone must be installed elsewhere, and is told before anything else is fetched.
func TestNothingIsPromisedFromDebianElsewhere(t *testing.T) {
	t.Parallel()
	m := newMachine(t, without(all(), "patch", "python3", "ninja"))
	m.Host.Debian = false // Ubuntu, with the same names of packages
	text, fit := examine(t, m, want)
	require.False(t, fit)
	for _, tool := range []string{"patch", "python3"} {
		require.Regexp(t, `! `+tool+` +missing.*\n +mend: apt-get install `+tool+`\n`, text)
	}
	require.Contains(t, text, "mend: nothing: a build provides it (or: apt-get install ninja-build)")
	_, err := m.Provide(t.Context(), want, nil)
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Equal(t, "apt-get install patch python3", f.Hint)
}

func TestThisHostIsKnown(t *testing.T) {
	t.Parallel()
	host := toolchain.ThisHost(t.TempDir() + "/not/yet/there")
	require.NotEmpty(t, host.Platform.OS)
	require.Positive(t, host.Memory)
	require.Positive(t, host.Disk)
}
