package spec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

func TestPlatformsAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ text, name, glibc string }{
		{"linux/amd64", "linux-amd64", ""},
		{"darwin/arm64", "darwin-arm64", ""},
		{"linux/amd64/musl", "linux-amd64-musl", ""},
		{"linux/arm64/glibc2.17", "linux-arm64-glibc2.17", "2.17"},
	} {
		p, err := spec.ParsePlatform(row.text)
		require.NoError(t, err)
		require.Equal(t, row.text, p.String())
		require.Equal(t, row.name, p.Name())
		require.Equal(t, row.glibc, p.Glibc())
	}
}

func TestWhatIsNoPlatformIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "linux", "linux/", "linux/amd64/", "linux/amd64/musl/x", "linux/amd64/glibc", "linux/amd64/glibc3", "linux/amd64/2.17", "darwin/arm64/musl"} {
		_, err := spec.ParsePlatform(text)
		require.Error(t, err, text)
	}
}

// What is read is written again as it was, and its name is fit for a folder.
func FuzzParsePlatform(f *testing.F) {
	for _, text := range []string{"linux/amd64", "linux/amd64/musl", "linux/arm64/glibc2.17", "darwin/arm64", "linux//", "../..", "linux/a\x00b"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := spec.ParsePlatform(text)
		if err != nil {
			require.Zero(t, p)
			return
		}
		require.Equal(t, text, p.String())
		require.NotContains(t, p.Name(), "/")
		require.NotContains(t, []string{".", ".."}, p.Name())
	})
}
