package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
)

func TestGetReturnsWhatWasPut(t *testing.T) {
	t.Parallel()
	s, seen := open(t, t.TempDir())
	_, found := get(t, s, "a")
	require.False(t, found)

	made := put(t, s, "a")
	got, found := get(t, s, "a")
	require.True(t, found)
	require.Equal(t, keyOf(t, "a"), got.Key)
	require.Equal(t, map[string]string{"spec": "a"}, got.Labels)
	require.Equal(t, made.Content, got.Content)
	require.EqualValues(t, len("lib/libx.a")+len("bin/tool"), got.Size)
	require.WithinDuration(t, time.Now(), got.Created, time.Minute)
	require.Equal(t, filepath.Join(s.Root(), "entries", made.ID(), "out"), got.Dir)

	text, err := os.ReadFile(filepath.Join(got.Dir, "bin", "link"))
	require.NoError(t, err)
	require.Equal(t, "lib/libx.a", string(text))
	modes := map[string]os.FileMode{"lib/libx.a": 0o444, "bin/tool": 0o555, "empty folder": os.ModeDir | 0o755}
	for name, mode := range modes {
		info, err := os.Stat(filepath.Join(got.Dir, name))
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode(), name)
	}
	require.Empty(t, seen.damages)
	require.Empty(t, files(t, s, "tmp"))
}

// damages are the ways in which the sample's entry is damaged, with what must be reported.
var damages = map[string]struct {
	do                func(out string) error
	path, wanted, got string
}{
	"a file is gone": {
		func(out string) error { return os.Remove(filepath.Join(out, "lib", "libx.a")) },
		"out/lib/libx.a", "file 0444 10 " + digest.OfBytes([]byte("lib/libx.a")).String(), "nothing",
	},
	"a file is added": {
		func(out string) error { return os.WriteFile(filepath.Join(out, "more"), []byte("more"), 0o444) },
		"out/more", "nothing", "file 0444 4 " + digest.OfBytes([]byte("more")).String(),
	},
	"a file is cut short": {
		func(out string) error { return os.Truncate(filepath.Join(out, "lib", "libx.a"), 3) },
		"out/lib/libx.a", "file 0444 10", "file 0444 3 " + digest.OfBytes([]byte("lib")).String(),
	},
	"a program cannot be run": {
		func(out string) error { return os.Chmod(filepath.Join(out, "bin", "tool"), 0o444) },
		"out/bin/tool", "file 0555", "file 0444",
	},
	"a link leads elsewhere": {
		func(out string) error {
			link := filepath.Join(out, "bin", "link")
			if err := os.Remove(link); err != nil {
				return err
			}
			return os.Symlink("../../key", link)
		},
		"out/bin/link", "link ../lib/libx.a", "leads out of the folder",
	},
	"a pipe is there": {
		func(out string) error { return syscall.Mkfifo(filepath.Join(out, "pipe"), 0o644) },
		"out/pipe", "nothing", "neither a file, a folder nor a link",
	},
	"an empty folder is gone": {
		func(out string) error { return os.Remove(filepath.Join(out, "empty folder")) },
		"out/empty folder", "dir", "nothing",
	},
	"the folder is gone": {
		os.RemoveAll, "out", "nothing", "no such file",
	},
	"the folder is a file": {
		func(out string) error {
			if err := os.RemoveAll(out); err != nil {
				return err
			}
			return os.WriteFile(out, nil, 0o444)
		},
		"out", "nothing", "file 0444 0",
	},
	"there is no marker": {
		func(out string) error { return os.Remove(filepath.Join(out, "..", "complete")) },
		"complete", "the marker of a whole entry", "no such file",
	},
	"the listing is gone": {
		func(out string) error { return os.Remove(filepath.Join(out, "..", "contents")) },
		"contents", "sha256:", "no such file",
	},
	"the listing was changed as the file was": {
		func(out string) error {
			contents := filepath.Join(out, "..", "contents")
			text, err := os.ReadFile(contents)
			was, now := digest.OfBytes([]byte("lib/libx.a")).String(), digest.OfBytes([]byte("LIB/LIBX.A")).String()
			return errors.Join(err, replace(contents, strings.Replace(string(text), was, now, 1)),
				replace(filepath.Join(out, "lib", "libx.a"), "LIB/LIBX.A"))
		},
		"contents", "sha256:", "sha256:",
	},
	"the key is gone": {
		func(out string) error { return os.Remove(filepath.Join(out, "..", "key")) },
		"key", "the key of", "no such file",
	},
}

func replace(path, text string) error {
	return errors.Join(os.Remove(path), os.WriteFile(path, []byte(text), 0o444))
}

func TestDamageIsAMissIsReportedAndMovedAside(t *testing.T) {
	t.Parallel()
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, seen := open(t, t.TempDir())
			entry := put(t, s, "a")
			require.NoError(t, damage.do(entry.Dir))

			_, found := get(t, s, "a")
			require.False(t, found)
			require.Len(t, seen.damages, 1)
			var differences []string
			matched := false
			for _, d := range seen.damages[0].Differences {
				differences = append(differences, d.String())
				matched = matched || d.Path == damage.path &&
					strings.Contains(d.Wanted, damage.wanted) && strings.Contains(d.Got, damage.got)
			}
			require.True(t, matched, "%q", differences)
			require.DirExists(t, seen.damages[0].Moved)
			require.Contains(t, seen.damages[0].String(), seen.damages[0].Moved)

			// It is made again, and damaged again: both remains are kept.
			entry = put(t, s, "a")
			require.NoError(t, damage.do(entry.Dir))
			entry = put(t, s, "a")
			require.Len(t, seen.damages, 2)
			require.Equal(t, []string{entry.ID() + "-1", entry.ID() + "-2"}, files(t, s, "damaged"))
			_, found = get(t, s, "a")
			require.True(t, found)
		})
	}
}

func TestAnyFlippedBitIsDetected(t *testing.T) {
	t.Parallel()
	s, seen := open(t, t.TempDir())
	entry := put(t, s, "a")
	dir := filepath.Dir(entry.Dir)
	for _, name := range []string{"key", "contents", "complete", "out/lib/libx.a", "out/bin/tool"} {
		path := filepath.Join(dir, name)
		good, err := os.ReadFile(path)
		require.NoError(t, err)
		info, err := os.Stat(path)
		require.NoError(t, err)
		for i := range good {
			bad := append([]byte{}, good...)
			bad[i] ^= 1
			overwrite(t, path, bad, info.ModTime())
			_, found := get(t, s, "a")
			require.False(t, found, "byte %d of %s", i, name)
			seen.putBack(t, dir)
		}
		overwrite(t, path, good, info.ModTime())
	}
	_, found := get(t, s, "a")
	require.True(t, found)
}

// putBack moves the entry at dir, which was found damaged, to its place again.
func (s *seen) putBack(t *testing.T, dir string) {
	t.Helper()
	require.Len(t, s.damages, 1)
	require.NoError(t, os.Rename(s.damages[0].Moved, dir))
	s.damages = nil
}

// overwrite keeps the size, the mode and the time.
func overwrite(t *testing.T, path string, text []byte, when time.Time) {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.NoError(t, os.Chmod(path, 0o600))
	require.NoError(t, os.WriteFile(path, text, 0o600))
	require.NoError(t, os.Chmod(path, info.Mode()))
	require.NoError(t, os.Chtimes(path, when, when))
}

func TestFlippedByteInAnyPieceOfALargeFileIsDetected(t *testing.T) {
	t.Parallel()
	s, seen := open(t, t.TempDir())
	const size = 20<<20 + 1
	entry, err := s.Put(t.Context(), keyOf(t, "large"), nil, func(dir string) error {
		return os.WriteFile(filepath.Join(dir, "large"), make([]byte, size), 0o644)
	})
	require.NoError(t, err)
	require.EqualValues(t, size, entry.Size)
	path := filepath.Join(entry.Dir, "large")
	require.NoError(t, os.Chmod(path, 0o644))
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	defer file.Close()
	for _, offset := range []int64{0, 8<<20 - 1, 8 << 20, 16<<20 + 5, size - 1} {
		_, err := file.WriteAt([]byte{1}, offset)
		require.NoError(t, err)
		_, found := get(t, s, "large")
		require.False(t, found, "offset %d", offset)
		seen.putBack(t, filepath.Dir(entry.Dir))
		_, err = file.WriteAt([]byte{0}, offset)
		require.NoError(t, err)
	}
	_, found := get(t, s, "large")
	require.True(t, found)
}

func TestGetNotesTheUse(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	s := openAt(t, t.TempDir(), &now)
	entry := put(t, s, "a")
	require.True(t, entry.LastUsed.Equal(now))
	created := now
	now = now.Add(time.Hour)
	entry, found := get(t, s, "a")
	require.True(t, found)
	require.True(t, entry.LastUsed.Equal(now))
	require.True(t, entry.Created.Equal(created))
	list, err := s.List()
	require.NoError(t, err)
	require.True(t, list[0].LastUsed.Equal(now))
}

func TestChangedWritePermissionsAreNoDamage(t *testing.T) {
	t.Parallel()
	s, seen := open(t, t.TempDir())
	entry := put(t, s, "a")
	require.NoError(t, os.Chmod(filepath.Join(entry.Dir, "lib", "libx.a"), 0o664))
	require.NoError(t, os.Chmod(filepath.Join(entry.Dir, "lib"), 0o555))
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(entry.Dir, "lib"), 0o755) }) // so that anybody can remove it
	_, found := get(t, s, "a")
	require.True(t, found)
	require.Empty(t, seen.damages)
}

func TestCancelledGetIsNoMiss(t *testing.T) {
	t.Parallel()
	s, seen := open(t, t.TempDir())
	put(t, s, "a")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, found, err := s.Get(ctx, keyOf(t, "a"))
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, found)
	require.Empty(t, seen.damages)
}

// BenchmarkGet88MB gets an entry of the size of a CPU build: one large archive and 300 small files.
func BenchmarkGet88MB(b *testing.B) {
	s, _ := open(b, b.TempDir())
	entry, err := s.Put(b.Context(), keyOf(b, "88"), nil, func(dir string) error {
		for i := range 300 {
			name := filepath.Join(dir, "header"+string(rune('a'+i%26))+string(rune('a'+i/26)))
			if err := os.WriteFile(name, make([]byte, 8000+i), 0o644); err != nil {
				return err
			}
		}
		return os.WriteFile(filepath.Join(dir, "libonnxruntime.a"), make([]byte, 88<<20), 0o644)
	})
	require.NoError(b, err)
	b.SetBytes(entry.Size)
	before := processorTime(b)
	for b.Loop() {
		_, found, err := s.Get(b.Context(), entry.Key)
		require.NoError(b, err)
		require.True(b, found)
	}
	// On a busy machine this says more than the wall time.
	b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
}

func processorTime(b *testing.B) int64 {
	b.Helper()
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
}
