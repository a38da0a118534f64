package digest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
)

// The digest of "abc" is the first example of FIPS 180-4.
const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

func TestOfBytesGivesThePublishedValue(t *testing.T) {
	t.Parallel()
	d := digest.OfBytes([]byte("abc"))
	require.Equal(t, abc, d.Hex())
	require.Equal(t, "sha256:"+abc, d.String())
	require.Equal(t, abc[:12], d.Short())
}

func TestEveryWayOfReadingAgrees(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "abc")
	require.NoError(t, os.WriteFile(path, []byte("abc"), 0o600))

	fromFile, size, err := digest.OfFile(path)
	require.NoError(t, err)
	require.EqualValues(t, 3, size)
	parsed, err := digest.Parse("sha256:" + strings.ToUpper(abc))
	require.NoError(t, err)
	require.Equal(t, parsed, fromFile)

	var unmarshalled digest.Digest
	text, err := parsed.MarshalText()
	require.NoError(t, err)
	require.NoError(t, unmarshalled.UnmarshalText(text))
	require.Equal(t, parsed, unmarshalled)
}

func TestParseRefusesWhatIsNoDigest(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "sha256:", abc[:63], abc + "0", "sha1:" + abc, strings.Repeat("g", 64)} {
		_, err := digest.Parse(text)
		require.ErrorContains(t, err, "not a sha-256 digest", "%q", text)
	}
}

func TestZeroValueNamesNothing(t *testing.T) {
	t.Parallel()
	var d digest.Digest
	require.True(t, d.IsZero())
	require.Empty(t, d.String())
	require.Empty(t, d.Short())
	require.NoError(t, d.UnmarshalText(nil))
	require.True(t, d.IsZero())
}
