package unpack_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
	"github.com/ulikunitz/xz"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/source/unpack"
)

// sample is the tree that testdata/tiny.tar.bz2 holds too.
var sample = []tar.Header{
	{Name: "top/", Typeflag: tar.TypeDir, Mode: 0o700},
	{Name: "top/bin/", Typeflag: tar.TypeDir, Mode: 0o700},
	{Name: "top/bin/tool", Typeflag: tar.TypeReg, Mode: 0o4711, PAXRecords: map[string]string{"content": "#!/bin/sh\n"}},
	{Name: "top/readme", Typeflag: tar.TypeReg, Mode: 0o600, PAXRecords: map[string]string{"content": "hello\n"}},
	{Name: "top/link", Typeflag: tar.TypeSymlink, Linkname: "bin/tool"},
	{Name: "top/hard", Typeflag: tar.TypeLink, Linkname: "top/readme"},
}

// tarOf writes headers as a tar archive; a file's content is its record "content".
func tarOf(t testing.TB, headers ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, h := range headers {
		content := h.PAXRecords["content"]
		h.PAXRecords, h.Size = nil, int64(len(content))
		require.NoError(t, w.WriteHeader(&h))
		_, err := io.WriteString(w, content)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

func compress(t testing.TB, data []byte, open func(io.Writer) (io.WriteCloser, error)) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := open(&out)
	require.NoError(t, err)
	_, err = w.Write(data)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func gzOf(t testing.TB, data []byte) []byte {
	t.Helper()
	return compress(t, data, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil })
}

func xzOf(t testing.TB, data []byte) []byte {
	t.Helper()
	return compress(t, data, func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) })
}

func zstOf(t testing.TB, data []byte) []byte {
	t.Helper()
	return compress(t, data, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) })
}

func zipOf(t testing.TB, headers ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, h := range headers {
		member := &zip.FileHeader{Name: h.Name, Method: zip.Deflate}
		content, mode := h.PAXRecords["content"], fs.FileMode(h.Mode)&fs.ModePerm
		switch h.Typeflag {
		case tar.TypeDir:
			mode |= fs.ModeDir
		case tar.TypeSymlink:
			mode, content = mode|fs.ModeSymlink, h.Linkname
		case tar.TypeLink:
			content = "hello\n" // zip has no hard links
		case tar.TypeChar:
			mode |= fs.ModeDevice
		}
		member.SetMode(mode)
		file, err := w.CreateHeader(member)
		require.NoError(t, err)
		_, err = io.WriteString(file, content)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

func debOf(members ...string) []byte {
	out := bytes.NewBufferString("!<arch>\n")
	for pair := range slices.Chunk(members, 2) {
		name, data := pair[0], pair[1]
		fmt.Fprintf(out, "%-16s%-12d%-6d%-6d%-8o%-10d`\n%s", name, 0, 0, 0, 0o100644, len(data), data)
		if len(data)%2 == 1 {
			out.WriteByte('\n')
		}
	}
	return out.Bytes()
}

func write(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "archive")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

func TestEveryFormatGivesTheSameTree(t *testing.T) {
	t.Parallel()
	plain := tarOf(t, sample...)
	bz2, err := os.ReadFile("testdata/tiny.tar.bz2")
	require.NoError(t, err)
	deb := func(suffix string, data []byte) []byte {
		return debOf("debian-binary", "2.0\n", "control.tar.xz/", "odd", "data.tar"+suffix, string(data), "_more", "x")
	}
	for name, test := range map[string]struct {
		data   []byte
		suffix string
	}{
		"tar":     {plain, unpack.Tar},
		"gzip":    {gzOf(t, plain), unpack.TarGzip},
		"xz":      {xzOf(t, plain), unpack.TarXz},
		"bzip2":   {bz2, unpack.TarBzip2},
		"zstd":    {zstOf(t, plain), unpack.TarZstd},
		"zip":     {zipOf(t, sample...), unpack.Zip},
		"deb":     {deb("", plain), unpack.Deb},
		"deb.gz":  {deb(".gz", gzOf(t, plain)), unpack.Deb},
		"deb.xz":  {deb(".xz", xzOf(t, plain)), unpack.Deb},
		"deb.zst": {deb(".zst", zstOf(t, plain)), unpack.Deb},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := write(t, test.data)
			suffix, err := unpack.Suffix(file)
			require.NoError(t, err)
			require.Equal(t, test.suffix, suffix)

			dest := filepath.Join(t.TempDir(), "a folder", "dest")
			require.NoError(t, unpack.Archive(t.Context(), file, dest))
			require.Equal(t, map[string]string{
				"top":          "folder 0755",
				"top/bin":      "folder 0755",
				"top/bin/tool": "file 0755 #!/bin/sh\n",
				"top/readme":   "file 0644 hello\n",
				"top/hard":     "file 0644 hello\n",
				"top/link":     "link bin/tool",
			}, list(t, dest))
			if name != "zip" {
				require.True(t, same(t, dest, "top/readme", "top/hard"), "a hard link shares its content")
			}
		})
	}
}

// list describes every path below dir.
func list(t testing.TB, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		name, err := filepath.Rel(dir, path)
		require.NoError(t, err)
		info, err := d.Info()
		require.NoError(t, err)
		switch {
		case d.IsDir():
			found[name] = fmt.Sprintf("folder %04o", info.Mode().Perm())
		case d.Type() == fs.ModeSymlink:
			text, err := os.Readlink(path)
			require.NoError(t, err)
			found[name] = "link " + text
		default:
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			found[name] = fmt.Sprintf("file %04o %s", info.Mode(), data)
		}
		return nil
	}))
	return found
}

func same(t *testing.T, dir, a, b string) bool {
	t.Helper()
	first, err := os.Stat(filepath.Join(dir, a))
	require.NoError(t, err)
	second, err := os.Stat(filepath.Join(dir, b))
	require.NoError(t, err)
	return os.SameFile(first, second)
}

func TestWhatLeadsOutIsRefused(t *testing.T) {
	t.Parallel()
	file := func(name string) tar.Header { return tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644} }
	link := func(name, to string) tar.Header {
		return tar.Header{Name: name, Typeflag: tar.TypeSymlink, Linkname: to}
	}
	hard := func(name, to string) tar.Header { return tar.Header{Name: name, Typeflag: tar.TypeLink, Linkname: to} }
	dir := func(name string) tar.Header { return tar.Header{Name: name, Typeflag: tar.TypeDir, Mode: 0o755} }
	for name, test := range map[string]struct {
		entries []tar.Header
		want    string
		noZip   bool
	}{
		"parent":               {[]tar.Header{file("../x")}, "leads out", false},
		"parent inside":        {[]tar.Header{file("a/../../x")}, "leads out", false},
		"absolute":             {[]tar.Header{file("/x")}, "leads out", false},
		"link to parent":       {[]tar.Header{link("a", "..")}, "leads out", false},
		"link to absolute":     {[]tar.Header{link("a", "/etc")}, "leads out", false},
		"hard link to parent":  {[]tar.Header{hard("a", "../x")}, "leads out", true},
		"hard link to the top": {[]tar.Header{hard("a", ".")}, "hard link to the root", true},
		"link through a link": {
			[]tar.Header{dir("d/e"), link("d/e/up", "../.."), link("out", "d/e/up/../x")}, "escapes", false,
		},
		"hard link of a link": {
			[]tar.Header{dir("d"), file("x"), link("d/up", "../x"), hard("up", "d/up")}, "escapes", true,
		},
		"device": {[]tar.Header{{Name: "null", Typeflag: tar.TypeChar}}, "only files, folders and links", false},
		"fifo":   {[]tar.Header{{Name: "pipe", Typeflag: tar.TypeFifo}}, "only files, folders and links", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			archives := map[string][]byte{"tar": tarOf(t, test.entries...)}
			if !test.noZip {
				archives["zip"] = zipOf(t, test.entries...)
			}
			for format, data := range archives {
				outer := t.TempDir()
				err := unpack.Archive(t.Context(), write(t, data), filepath.Join(outer, "dest"))
				require.ErrorContains(t, err, test.want, format)
				require.Len(t, dirNames(t, outer), 1)
			}
		})
	}
}

func dirNames(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names
}

func TestALaterEntryReplacesALinkInsteadOfWritingThroughIt(t *testing.T) {
	t.Parallel()
	data := tarOf(t,
		tar.Header{Name: "file", Typeflag: tar.TypeReg, Mode: 0o644, PAXRecords: map[string]string{"content": "first"}},
		tar.Header{Name: "link", Typeflag: tar.TypeSymlink, Linkname: "file"},
		tar.Header{Name: "link", Typeflag: tar.TypeReg, Mode: 0o644, PAXRecords: map[string]string{"content": "second"}},
	)
	dest := t.TempDir()
	require.NoError(t, unpack.Archive(t.Context(), write(t, data), dest))
	require.Equal(t, map[string]string{"file": "file 0644 first", "link": "file 0644 second"}, list(t, dest))
}

func TestPartPlacesEntries(t *testing.T) {
	t.Parallel()
	place := func(name string) (string, bool, error) {
		rest, ok := strings.CutPrefix(name, "top/")
		return "include/" + rest, ok && !strings.HasPrefix(rest, "bin"), nil
	}
	dest := t.TempDir()
	require.NoError(t, unpack.Part(t.Context(), write(t, tarOf(t, sample...)), dest, place))
	require.Equal(t, map[string]string{
		"include":        "folder 0755",
		"include/readme": "file 0644 hello\n",
		"include/hard":   "file 0644 hello\n",
		"include/link":   "link bin/tool",
	}, list(t, dest))

	err := unpack.Part(t.Context(), write(t, tarOf(t, sample...)), t.TempDir(),
		func(name string) (string, bool, error) { return name, name != "top/readme", nil })
	require.ErrorContains(t, err, `entry "top/hard": a hard link to an entry that is left out`)
}

func TestDamagedArchivesAreErrors(t *testing.T) {
	t.Parallel()
	plain := tarOf(t, sample...)
	gz := gzOf(t, plain)
	flipped := bytes.Clone(gz)
	flipped[len(flipped)-6] ^= 1 // in the checksum
	for name, test := range map[string]struct {
		data []byte
		want error
		text string
	}{
		"empty file":      {nil, unpack.ErrFormat, ""},
		"a web page":      {[]byte("<!DOCTYPE html><html>not found</html>"), unpack.ErrFormat, ""},
		"no entry":        {tarOf(t), unpack.ErrFormat, ""},
		"no entry, gz":    {gzOf(t, tarOf(t)), unpack.ErrEmpty, ""},
		"short gzip":      {gz[:len(gz)-20], io.ErrUnexpectedEOF, ""},
		"wrong checksum":  {flipped, gzip.ErrChecksum, ""},
		"short tar":       {plain[:1000], io.ErrUnexpectedEOF, ""},
		"gzip of a zip":   {gzOf(t, zipOf(t, sample...)), tar.ErrHeader, ""},
		"deb, no data":    {debOf("debian-binary", "2.0\n"), io.ErrUnexpectedEOF, "without data.tar"},
		"deb, zip data":   {debOf("data.tar.xz", string(zipOf(t, sample...))), unpack.ErrFormat, ".zip"},
		"deb, short":      {debOf("data.tar", string(plain))[:1100], io.ErrUnexpectedEOF, ""},
		"deb, no trailer": {debOf("data.tar", string(plain))[:8+60+len(plain)-1024], io.ErrUnexpectedEOF, ""},
		"deb, bad size":   {bytes.Replace(debOf("data.tar", "x"), []byte("1 "), []byte("-1"), 1), nil, "damaged header"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := unpack.Archive(t.Context(), write(t, test.data), t.TempDir())
			require.Error(t, err)
			require.ErrorContains(t, err, test.text)
			if test.want != nil {
				require.ErrorIs(t, err, test.want)
			}
		})
	}
}

func TestWalkEndsEarlyAndWithTheContext(t *testing.T) {
	t.Parallel()
	file := write(t, gzOf(t, tarOf(t, sample...)))
	var names []string
	require.NoError(t, unpack.Walk(t.Context(), file, func(e unpack.Entry, _ io.Reader) error {
		names = append(names, e.Name)
		return fs.SkipAll
	}))
	require.Equal(t, []string{"top"}, names)

	cause := errors.New("ctrl-c")
	for format, data := range map[string][]byte{"gzip": gzOf(t, tarOf(t, sample...)), "zip": zipOf(t, sample...)} {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)
		require.ErrorIs(t, unpack.Archive(ctx, write(t, data), t.TempDir()), cause, format)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	err := unpack.Walk(ctx, write(t, zipOf(t, sample...)), func(_ unpack.Entry, content io.Reader) error {
		cancel(cause)
		_, err := io.Copy(io.Discard, content)
		return err
	})
	require.ErrorIs(t, err, cause, "in the midst of a zip archive")
}

// Whatever the bytes are, nothing may be made outside dest and no link may lead there.
func FuzzArchive(f *testing.F) {
	plain := tarOf(f, sample...)
	escape := tarOf(f, tar.Header{Name: "d/up", Typeflag: tar.TypeSymlink, Linkname: ".."},
		tar.Header{Name: "out", Typeflag: tar.TypeSymlink, Linkname: "d/up/../x"})
	for _, seed := range [][]byte{
		plain, escape, gzOf(f, plain), xzOf(f, plain), zstOf(f, plain), zipOf(f, sample...),
		debOf("debian-binary", "2.0\n", "data.tar.gz", string(gzOf(f, plain))), debOf("data.tar", string(escape)),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		outer := t.TempDir()
		dest := filepath.Join(outer, "dest")
		err := unpack.Archive(t.Context(), write(t, data), dest)
		require.LessOrEqual(t, len(dirNames(t, outer)), 1)
		if err != nil {
			return
		}
		for name := range list(t, dest) {
			real, err := filepath.EvalSymlinks(filepath.Join(dest, name))
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			require.NoError(t, err)
			require.True(t, real == dest || strings.HasPrefix(real, dest+string(filepath.Separator)), real)
		}
	})
}
