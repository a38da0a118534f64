package command_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/command"
)

// A pattern that matches nothing passes too.
func TestAnEmulatorRunsAllSmokeTestsAndExamples(t *testing.T) {
	t.Parallel()
	chosen := regexp.MustCompile(command.EmulatedTests)
	for file, least := range map[string]int{"smoke_test.go": 4, "usage_test.go": 10} {
		text, err := os.ReadFile(filepath.Join("..", "..", "ortwrap", file))
		require.NoError(t, err)
		names := regexp.MustCompile(`(?m)^func ((?:Test|Example)\w*)\(`).FindAllSubmatch(text, -1)
		require.GreaterOrEqual(t, len(names), least, file)
		for _, name := range names {
			require.True(t, chosen.Match(name[1]), "%s of %s is left out", name[1], file)
		}
	}
}
