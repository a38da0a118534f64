package pypi_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/pypi"
)

func TestCommandLinesOfPip(t *testing.T) {
	t.Parallel()
	c := pypi.Client{Command: []string{"python3", "-m", "pip"}}
	download, ask := c.Commands(crt().Name, "/my temp/requirements.txt", "/my temp", "/my files", "nvidia-cuda-crt")
	testkit.Golden(t, "commands", download.String()+"\n\n"+ask.String()+"\n")
}

func TestTheTargetIsThatOfTheWheelAndNotOfTheMachine(t *testing.T) {
	t.Parallel()
	const everything = "--only-binary :all: --ignore-requires-python --python-version "
	for name, want := range map[string]string{
		"a-1-py3-none-any.whl":                      everything + "3",
		"a-1-py2.py3-none-manylinux1_x86_64.whl":    everything + "3 --platform manylinux1_x86_64",
		"a-1-1build-py3-none-win_amd64.whl":         everything + "3 --platform win_amd64",
		"a-1-cp311-cp311-manylinux_2_28_x86_64.whl": everything + "3.11 --implementation cp --abi cp311 --platform manylinux_2_28_x86_64",
		"a-1-cp38-abi3-macosx_11_0_arm64.whl":       everything + "3.8 --implementation cp --abi abi3 --platform macosx_11_0_arm64",
		"a-1-py3-none-manylinux2014_aarch64.manylinux_2_17_aarch64.whl": everything +
			"3 --platform manylinux2014_aarch64 --platform manylinux_2_17_aarch64",
	} {
		got, err := pypi.ParseTarget(name)
		require.NoError(t, err, name)
		require.Equal(t, want, strings.Join(got, " "), name)
	}
	for _, name := range []string{
		"", "a-1.tar.gz", "a-1.whl", "a-py3-none-any.whl", "a-1-py2-none-any.whl", "a-1-pp310-none-any.whl",
		"a-1--none-any.whl", "../a-1-py3-none-any.whl", "a-1-2-3-py3-none-any.whl",
	} {
		_, err := pypi.ParseTarget(name)
		require.Error(t, err, name)
	}
}

func FuzzParseTarget(f *testing.F) {
	f.Add("nvidia_cuda_crt-13.0.88-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl")
	f.Add("a-1-1build-cp311-abi3-any.whl")
	f.Fuzz(func(t *testing.T, name string) {
		args, err := pypi.ParseTarget(name)
		if err == nil {
			require.Contains(t, args, "--python-version")
		}
	})
}
