package debian_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

const bookworm = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_CODENAME=\"bookworm\"\n"

func root(osRelease string) fstest.MapFS {
	return fstest.MapFS{
		"etc/os-release": {Data: []byte(osRelease)},
		"etc/apt/mirrors/debian.list": {Data: []byte("http://near.example/debian/ priority:1\n\n" +
			"#http://off.example\nhttps://far.example/debian\n")},
	}
}

// machine answers as the programs of a machine whose apt would fetch the given indexes.
func machine(uris, proxy string) *run.Recorder {
	return &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		text := map[string]string{"dpkg": "amd64\n", "apt-get": uris, "apt-config": proxy}[cmd.Path]
		_, err := io.WriteString(cmd.Stdout, text)
		return err
	}}
}

func index(base, suite, rest string) string {
	return fmt.Sprintf("'%s/dists/%s/%s.xz' some_file 0 \n", base, suite, rest)
}

func TestDiscoverOrdersAndDeduplicatesWhatAptIsConfiguredFor(t *testing.T) {
	t.Parallel()
	const packages = "main/binary-amd64/Packages"
	uris := "'http://a.example/debian/dists/bookworm/InRelease' some_file 0 \n" +
		index("http://a.example/debian", "bookworm", packages) +
		index("http://a.example/debian", "bookworm", "main/binary-all/Packages") +
		index("http://a.example/debian", "bookworm", "main/dep11/Components-amd64.yml") +
		index("http://a.example/debian", "bookworm-updates", packages) +
		index("http://a.example/debian-security", "bookworm-security", packages) +
		index("https://b.example/linux/debian", "bookworm", "stable/binary-amd64/Packages") +
		"'https://b.example/flat/./Packages.xz' some_file 0 \n" +
		index("mirror+file:/etc/apt/mirrors/debian.list", "bookworm", packages) +
		index("file:/srv/debian", "bookworm", packages) +
		index("https://c.example/debian", "trixie", "main/source/Sources") +
		"Reading package lists...\n"
	a, err := debian.DiscoverBelow(t.Context(), machine(uris, "http://proxy.example:3142\n"), root(bookworm))
	require.NoError(t, err)
	require.Equal(t, debian.Archive{
		Mirrors: []string{
			"http://a.example/debian", "http://near.example/debian", "https://far.example/debian", "https://c.example/debian",
		},
		Arch: "amd64", Codename: "bookworm", Proxy: "http://proxy.example:3142",
		Sources: []debian.Source{
			{URI: "http://a.example/debian", Suite: "bookworm"},
			{URI: "http://a.example/debian", Suite: "bookworm-updates"},
			{URI: "http://a.example/debian-security", Suite: "bookworm-security"},
			{URI: "mirror+file:/etc/apt/mirrors/debian.list", Suite: "bookworm"},
			{URI: "file:/srv/debian", Suite: "bookworm"},
		},
	}, a)
	require.Equal(t, []string{
		"http://a.example/debian/pool/main/r/re2/x.tar.gz", "http://near.example/debian/pool/main/r/re2/x.tar.gz",
		"https://far.example/debian/pool/main/r/re2/x.tar.gz", "https://c.example/debian/pool/main/r/re2/x.tar.gz",
	}, a.URLs("pool/main/r/re2/x.tar.gz"))
}

func TestDiscoverReadsAptWithoutItsLists(t *testing.T) {
	t.Parallel()
	r := machine(index("http://a.example/debian", "bookworm", "main/binary-amd64/Packages"), "DIRECT\n")
	a, err := debian.DiscoverBelow(t.Context(), r, root(bookworm))
	require.NoError(t, err)
	require.Empty(t, a.Proxy)
	cmd := r.Commands()[1]
	require.Equal(t, "apt-get", cmd.Path)
	require.Equal(t, []string{"update", "--print-uris", "-o"}, cmd.Args[:3])
	require.Regexp(t, `^Dir::State::Lists=.*apt-lists-`, cmd.Args[3])
}

func TestDiscoverSaysWhyThereIsNoMirror(t *testing.T) {
	t.Parallel()
	noApt := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		return fmt.Errorf("%s: %w", cmd.Path, run.ErrNotFound)
	}}
	onlyFiles := machine(index("file:/srv/debian", "bookworm", "main/binary-amd64/Packages"), "")
	otherSuite := machine(index("http://a.example/debian", "trixie", "main/binary-amd64/Packages"), "")
	for want, c := range map[string]struct {
		runner run.Runner
		root   fs.FS
	}{
		"os-release":                     {noApt, fstest.MapFS{}},
		`ID="alpine"`:                    {noApt, root("ID=alpine\n")},
		`VERSION_CODENAME=""`:            {noApt, root("ID=debian\n")},
		"program not found":              {noApt, root(bookworm)},
		"no suite of bookworm":           {onlyFiles, root(bookworm)},
		"name no suite of bookworm by":   {otherSuite, root(bookworm)},
		"its sources name no suite of b": {machine("", ""), root(bookworm)},
	} {
		_, err := debian.DiscoverBelow(t.Context(), c.runner, c.root)
		require.ErrorIs(t, err, debian.ErrNoApt)
		require.ErrorContains(t, err, want)
	}
}

func TestDiscoverPassesOnAFailureOfApt(t *testing.T) {
	t.Parallel()
	broken := errors.New("type of line 1 is not known")
	r := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
		if cmd.Path == "apt-get" {
			return broken
		}
		return nil
	}}
	_, err := debian.DiscoverBelow(t.Context(), r, root(bookworm))
	require.ErrorIs(t, err, broken)
	require.NotErrorIs(t, err, debian.ErrNoApt)
}

func FuzzDiscover(f *testing.F) {
	f.Add(index("http://a.example/debian", "bookworm", "main/source/Sources"), bookworm)
	f.Fuzz(func(t *testing.T, uris, osRelease string) {
		a, err := debian.DiscoverBelow(t.Context(), machine(uris, ""), root(osRelease))
		if err == nil {
			require.NotEmpty(t, a.Mirrors)
			require.NotEmpty(t, a.Codename)
		}
	})
}
