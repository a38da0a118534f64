package platformtest_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/platformtest"
)

func TestWithoutAnEmulatorAProgramIsStartedAsItIs(t *testing.T) {
	t.Setenv(platformtest.Variable, "")
	command := platformtest.Command(t.Context(), "/a program", "one", "two words")
	require.Equal(t, "/a program", command.Path)
	require.Equal(t, []string{"/a program", "one", "two words"}, command.Args)
}

func TestAnEmulatorIsGivenTheProgramAndItsArguments(t *testing.T) {
	t.Setenv(platformtest.Variable, "/the emulator")
	command := platformtest.Command(t.Context(), "/a program", "one", "two words")
	require.Equal(t, "/the emulator", command.Path)
	require.Equal(t, []string{"/the emulator", "/a program", "one", "two words"}, command.Args)
}

func TestATestCanStartItself(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	out, err := platformtest.Command(t.Context(), self, "-test.list", "Itself").CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "TestATestCanStartItself")
}
