package devicecode_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/devicecode"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

// fixture reads the device code of a file of testdata; twice.cu there says how each was made.
func fixture(t *testing.T, name string) devicecode.Code {
	t.Helper()
	code, err := devicecode.Read(filepath.Join("testdata", name))
	require.NoError(t, err)
	return code
}

func TestEveryEntryOfAnObjectIsRead(t *testing.T) {
	t.Parallel()
	type entry = devicecode.Entry
	require.Equal(t, []entry{
		{Kind: devicecode.SASS, Capability: "9.0", Bytes: 64 + 968, Compressed: true},
		{Kind: devicecode.PTX, Capability: "12.0", Bytes: 80 + 264, Compressed: true},
		{Kind: devicecode.SASS, Capability: "12.0", Bytes: 112 + 1288, Compressed: true},
	}, fixture(t, "zstd.o").Entries)
	require.Equal(t, []entry{
		{Kind: devicecode.SASS, Capability: "8.0", Bytes: 64 + 1176, Compressed: true},
		{Kind: devicecode.SASS, Capability: "9.0", Accelerated: true, Bytes: 64 + 1328, Compressed: true},
	}, fixture(t, "lz4.o").Entries)
	require.Equal(t, []entry{
		{Kind: devicecode.SASS, Capability: "9.0", Bytes: 64 + 960, Compressed: true, Relocatable: true},
	}, fixture(t, "relocatable.o").Entries)
	require.Equal(t, []entry{
		{Kind: devicecode.PTX, Capability: "9.0", Accelerated: true, Bytes: 80 + 256, Compressed: true},
		{Kind: devicecode.SASS, Capability: "9.0", Accelerated: true, Bytes: 64 + 3696},
		{Kind: devicecode.PTX, Capability: "10.0", Family: true, Bytes: 80 + 264, Compressed: true},
		{Kind: devicecode.SASS, Capability: "10.0", Family: true, Bytes: 112 + 5272},
		{Kind: devicecode.SASS, Capability: "8.0", Bytes: 64 + 3240},
	}, fixture(t, "accelerated.o").Entries)
}

func TestLibraryHasTheCodeOfAllItsObjects(t *testing.T) {
	t.Parallel()
	var want []devicecode.Entry
	for _, name := range []string{"zstd.o", "lz4.o", "relocatable.o"} {
		want = append(want, fixture(t, name).Entries...)
	}
	want[len(want)-1].Kind = devicecode.Other // it went into the device linker, and takes room only
	require.ElementsMatch(t, want, fixture(t, "joined.so").Entries)
}

func TestArchiveHasTheCodeOfAllItsObjects(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lib.a")
	require.NoError(t, os.WriteFile(path, archiveOf(t, "zstd.o", "twice.cu", "lz4.o"), 0o600))
	code, err := devicecode.Read(path)
	require.NoError(t, err)
	require.Equal(t, append(fixture(t, "zstd.o").Entries, fixture(t, "lz4.o").Entries...), code.Entries)
}

func TestSummaryCountsByKindAndCapability(t *testing.T) {
	t.Parallel()
	require.Equal(t, []devicecode.Group{
		{Kind: devicecode.SASS, Capability: "8.0", Parts: 1, Bytes: 1240},
		{Kind: devicecode.SASS, Capability: "9.0", Parts: 1, Bytes: 1032},
		{Kind: devicecode.SASS, Capability: "9.0a", Parts: 1, Bytes: 1392},
		{Kind: devicecode.SASS, Capability: "12.0", Parts: 1, Bytes: 1400},
		{Kind: devicecode.PTX, Capability: "12.0", Parts: 1, Bytes: 344},
		{Kind: devicecode.Other, Capability: "9.0", Parts: 1, Bytes: 1024},
	}, fixture(t, "joined.so").Summary())
}

func TestRelocatableCodeIsCounted(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{"relocatable.o": 1, "joined.so": 1, "zstd.o": 0} {
		require.Equal(t, want, fixture(t, name).Relocatable(), name)
	}
}

func TestMissingNamesWhatLacksAndWhatNobodyAskedFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, asked    string
		missing, extra []string
	}{
		{"zstd.o", "9.0 12.0 12.0+PTX", nil, nil},
		{"zstd.o", "9.0 12.0", nil, []string{"12.0+PTX"}},
		{"zstd.o", "9.0+PTX 8.6 8.6 12.0", []string{"9.0+PTX", "8.6"}, []string{"9.0", "12.0+PTX"}},
		{"lz4.o", "8.0 9.0", nil, nil}, // 9.0a runs on 9.0
		{"zstd.o", "9.0a 12.0 12.0+PTX", []string{"9.0a"}, []string{"9.0"}},
		{"accelerated.o", "8.0 9.0a 10.0f", nil, []string{"9.0a+PTX", "10.0f+PTX"}},
		{"accelerated.o", "8.0 9.0 9.0+PTX 10.0", []string{"9.0+PTX"}, []string{"9.0a+PTX", "10.0f+PTX"}},
		{"twice.cu.o", "9.0", []string{"9.0"}, nil},
		{"lz4.o", "", nil, []string{"8.0", "9.0a"}},
	} {
		var code devicecode.Code
		if c.file != "twice.cu.o" {
			code = fixture(t, c.file)
		}
		missing, extra := code.Missing(c.asked)
		require.Equal(t, c.missing, missing, "%s: %s", c.file, c.asked)
		require.Equal(t, c.extra, extra, "%s: %s", c.file, c.asked)
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	require.NoError(t, report.Table(&text, devicecode.GroupTable(map[string][]devicecode.Group{
		"libonnxruntime_providers_cuda.so": fixture(t, "joined.so").Summary(),
		"liba.so":                          fixture(t, "accelerated.o").Summary(),
		"libonnxruntime.a":                 nil,
	})))
	testkit.Golden(t, "table", text.String())
}

func TestProgramWithoutDeviceCodeHasNoEntries(t *testing.T) {
	t.Parallel()
	code, err := devicecode.Read("/proc/self/exe")
	if os.IsNotExist(err) {
		testkit.Skip(t, "there is no /proc")
	}
	require.NoError(t, err)
	require.Empty(t, code.Entries)
}

func TestDamagedCodeIsAnErrorThatNamesThePlace(t *testing.T) {
	t.Parallel()
	const section = 0x40 // where the only section of zstd.o with content starts
	for want, damage := range map[string]func(data []byte){
		"fat binary at byte 0: it starts with 0xba55ed51, not 0xba55ed50": func(d []byte) { d[0]++ },
		"fat binary at byte 0: its version is 2, only 1 is known":         func(d []byte) { d[4]++ },
		"fat binary at byte 0: it is cut off: headers of 16 and":          func(d []byte) { d[10]++ },
		"fat binary at byte 0: it is cut off: headers of 8 and":           func(d []byte) { d[6] = 8 },
		"entry at byte 16: its header has 63 bytes":                       func(d []byte) { d[16+4] = 63 },
		"entry at byte 1048: it is cut off: a header of 80":               func(d []byte) { d[1048+15] = 0xff },
		"entry at byte 2736: it is cut off: 56 bytes are": func(d []byte) {
			binary.LittleEndian.PutUint64(d[1392+8:], 1288-56)
		},
		"fat binary at byte 2768: it starts with": func(d []byte) {
			binary.LittleEndian.PutUint64(d[8:], 2752)
			binary.LittleEndian.PutUint64(d[1392+8:], 1288-24)
		},
	} {
		data, err := os.ReadFile("testdata/zstd.o")
		require.NoError(t, err)
		require.Equal(t, uint32(0xBA55ED50), binary.LittleEndian.Uint32(data[section:]))
		damage(data[section:])
		_, err = devicecode.Parse(bytes.NewReader(data), int64(len(data)))
		require.ErrorContains(t, err, "section .nv_fatbin at byte 64: "+want)
	}
}

func TestOtherFilesAreRefusedByName(t *testing.T) {
	t.Parallel()
	_, err := devicecode.Read("testdata/twice.cu")
	require.ErrorContains(t, err, `device code of "testdata/twice.cu": it is neither an ELF file nor a static archive`)
	_, err = devicecode.Read("testdata/none")
	require.ErrorIs(t, err, os.ErrNotExist)

	data := archiveOf(t, "lz4.o", "zstd.o")
	at := bytes.LastIndex(data, []byte("\x50\xed\x55\xba"))
	data[at] = 0
	_, err = devicecode.Parse(bytes.NewReader(data), int64(len(data)))
	require.ErrorContains(t, err, `object "zstd.o" at byte`)
}

// Whatever a file holds, reading it neither fails hard nor finds more code than there are bytes.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"zstd.o", "lz4.o", "relocatable.o", "joined.so"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(f, err)
		f.Add(data)
		f.Add(data[:len(data)/2])
	}
	f.Add(archiveOf(f, "relocatable.o"))
	f.Add([]byte("\x7fELF"))
	f.Fuzz(func(t *testing.T, data []byte) {
		code, err := devicecode.Parse(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		for _, e := range code.Entries {
			require.GreaterOrEqual(t, e.Bytes, int64(64))
			require.LessOrEqual(t, e.Bytes, int64(len(data)))
		}
		code.Missing("9.0")
	})
}

// FuzzSection fuzzes what stands in the section, which a change of a whole file seldom reaches.
func FuzzSection(f *testing.F) {
	f.Add(make([]byte, 12))
	for _, name := range []string{"zstd.o", "lz4.o"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(f, err)
		f.Add(data[0x40:])
	}
	f.Fuzz(func(t *testing.T, section []byte) {
		entries, err := devicecode.ParseSection(section)
		if err != nil {
			require.Contains(t, err.Error(), "at byte")
			return
		}
		var sum int64
		for _, e := range entries {
			sum += e.Bytes
		}
		require.LessOrEqual(t, sum, int64(len(section)))
	})
}

// archiveOf returns a static archive of files of testdata.
func archiveOf(t testing.TB, names ...string) []byte {
	t.Helper()
	archive := bytes.NewBufferString("!<arch>\n")
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		fmt.Fprintf(archive, "%-16s%-12d%-6d%-6d%-8s%-10d`\n", name+"/", 0, 0, 0, "644", len(data))
		archive.Write(data)
		if len(data)%2 == 1 {
			archive.WriteByte('\n')
		}
	}
	return archive.Bytes()
}
