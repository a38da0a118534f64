package bundle_test

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/bundle"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

// FuzzReadObject reads what may be a program or a library: those of a bundle come from anywhere.
func FuzzReadObject(f *testing.F) {
	f.Add([]byte("\x7fELF"))
	f.Add(smallLibrary(f))
	f.Add(manySections(20))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "object")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		if err := bundle.ReadObject(path); err != nil {
			require.ErrorContains(t, err, path)
		}
		if file, err := elf.NewFile(bytes.NewReader(data)); err == nil {
			cuda.StatedVersion(file)
		}
	})
}

// smallLibrary returns a library with all that is read of one: names, a run path, versions, and a version in a constant.
func smallLibrary(f *testing.F) []byte {
	f.Helper()
	path := filepath.Join(f.TempDir(), "libsmall.so.1")
	cmd := exec.CommandContext(f.Context(), testkit.NeedTool(f, "cc"), "-shared", "-nostdlib", "-s", "-fPIC", "-x", "c", "-o", path, "-",
		"-Wl,-soname,libsmall.so.1,-rpath,$ORIGIN,-z,noseparate-code", "-lc")
	cmd.Stdin = strings.NewReader(`#include <string.h>
const char names[] = "libother.so.2";
const int cudnn_small_version = 0x90d00;
unsigned long length(const char *text) { return strlen(text); }
`)
	out, err := cmd.CombinedOutput()
	require.NoError(f, err, "%s", out)
	data, err := os.ReadFile(path)
	require.NoError(f, err)
	return data
}

// Fuzzing stood still on such files: each section had a buffer of its own.
func TestThousandsOfSectionsShareOneBuffer(t *testing.T) { //nolint:paralleltest // what others allocate would be counted
	path := filepath.Join(t.TempDir(), "object")
	require.NoError(t, os.WriteFile(path, manySections(100), 0o600))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	require.NoError(t, bundle.ReadObject(path))
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20))
}

// manySections returns a file with n sections of data, the first of which is called dynamic.
func manySections(n int) []byte {
	const head, entry, names = 64, 64, "\x00.dynamic\x00"
	put := binary.LittleEndian
	data := make([]byte, head+entry*(n+2), head+entry*(n+2)+len(names))
	section := func(i int, kind elf.SectionType, flags elf.SectionFlag, offset, size int) {
		at := data[head+entry*i:]
		put.PutUint32(at[4:], uint32(kind))
		put.PutUint64(at[8:], uint64(flags))
		put.PutUint64(at[24:], uint64(offset))
		put.PutUint64(at[32:], uint64(size))
	}
	copy(data, "\x7fELF\x02\x01\x01") // 64 bits, little-endian
	put.PutUint16(data[16:], uint16(elf.ET_DYN))
	put.PutUint16(data[18:], uint16(elf.EM_X86_64))
	put.PutUint32(data[20:], 1)
	put.PutUint64(data[40:], head)
	put.PutUint16(data[52:], head)
	put.PutUint16(data[58:], entry)
	put.PutUint16(data[60:], uint16(n+2))
	put.PutUint16(data[62:], uint16(n+1))
	for i := 1; i <= n; i++ {
		section(i, elf.SHT_PROGBITS, elf.SHF_ALLOC, head, 16)
	}
	put.PutUint32(data[head+entry:], 1) // the name of the first
	section(n+1, elf.SHT_STRTAB, 0, len(data), len(names))
	return append(data, names...)
}
