package archive_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/archive"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

// entry is an archive entry as text; dated entries must not show in a merged archive.
func entry(name, content string) string {
	padding := strings.Repeat("\n", len(content)%2)
	return fmt.Sprintf("%-16s%-12s%-6s%-6s%-8s%-10d`\n%s%s", name, "1700000000", "1000", "100", "100600", len(content),
		content, padding)
}

const magic = "!<arch>\n"

func parse(text string) (archive.Archive, error) {
	return archive.Parse(strings.NewReader(text), int64(len(text)))
}

func numbers(order binary.AppendByteOrder, width int, values ...int) string {
	var data []byte
	for _, v := range values {
		if width == 8 {
			data = order.AppendUint64(data, uint64(v))
		} else {
			data = order.AppendUint32(data, uint32(v))
		}
	}
	return string(data)
}

func TestEveryFormGivesTheSameContents(t *testing.T) {
	t.Parallel()
	const long = "a name that is too long for the header.o"
	big, little := binary.AppendByteOrder(binary.BigEndian), binary.AppendByteOrder(binary.LittleEndian)
	gnu := func(name string, width int) string {
		table := func(first, second int) string {
			return numbers(big, width, 2, first, second) + "f\x00g\x00"
		}
		size := len(magic+entry(name, table(0, 0))) + len(entry("//", long+"/\n"))
		return magic + entry(name, table(size, size+len(entry("a.o/", "odd")))) + entry("//", long+"/\n") +
			entry("a.o/", "odd") + entry("/0", "even")
	}
	bsd := func(name string, width int) string {
		table := func(first, second int) string {
			return numbers(little, width, 4*width, 0, first, 2, second, 4) + "f\x00g\x00"
		}
		size := len(magic + entry(name, table(0, 0)))
		return magic + entry(name, table(size, size+len(entry("a.o", "odd")))) + entry("a.o", "odd") +
			entry("#1/44", long+"\x00\x00\x00\x00even")
	}
	for form, text := range map[string]string{
		"gnu": gnu("/", 4), "gnu 64": gnu("/SYM64/", 8),
		"bsd": bsd("__.SYMDEF", 4), "bsd sorted": bsd("__.SYMDEF SORTED", 4), "bsd 64": bsd("__.SYMDEF_64", 8),
	} {
		got, err := parse(text)
		require.NoError(t, err, form)
		require.Equal(t, []archive.Symbol{{Name: "f", Member: 0}, {Name: "g", Member: 1}}, got.Symbols, form)
		require.Len(t, got.Members, 2, form)
		require.EqualValues(t, 7, got.Bytes(), form)
		for i, want := range []struct{ name, content string }{{"a.o", "odd"}, {long, "even"}} {
			m := got.Members[i]
			require.Equal(t, want.name, m.Name, form)
			require.Equal(t, want.content, text[m.Offset:m.Offset+m.Size], form)
		}
	}
}

func TestDamagedArchivesAreRefused(t *testing.T) {
	t.Parallel()
	for want, text := range map[string]string{
		"too few":                      "!<ar",
		"no archive does":              "\x7fELF\x02\x01\x01\x00",
		"thin archive":                 "!<thin>\n",
		"cut off inside the header":    magic + entry("a.o/", "xx")[:59],
		"there is no header":           magic + strings.Repeat("x", 60),
		"invalid syntax":               magic + strings.Replace(entry("a.o/", ""), "0         `", "-1        `", 1),
		"3 bytes should follow, 2 do":  magic + entry("a.o/", "xxx")[:62],
		"longer than its content":      magic + entry("#1/9", "short"),
		"beyond the name table":        magic + entry("/7", ""),
		"does not end inside":          magic + entry("//", "abc") + entry("/0", ""),
		"second symbol table":          magic + entry("/", "\x00\x00\x00\x00") + entry("/", "\x00\x00\x00\x00"),
		"shorter than it says":         magic + entry("/", "\x00\x00\x00\x09"),
		"where no member starts":       magic + entry("/", "\x00\x00\x00\x01\x00\x00\x00\x09f\x00"),
		"symbol table: name 1 of 1":    magic + entry("/", "\x00\x00\x00\x01\x00\x00\x00\x09f"),
		"symbol table: name 1: it is ": magic + entry("__.SYMDEF", numbers(binary.LittleEndian, 4, 8, 9, 0, 0)),
	} {
		_, err := parse(text)
		require.ErrorContains(t, err, want, "%q", text)
	}
	_, err := parse("!<thin>\n")
	require.ErrorIs(t, err, archive.ErrThin)
}

func TestReadAgreesWithTheRealTool(t *testing.T) {
	t.Parallel()
	ar := testkit.NeedTool(t, "ar")
	dir := t.TempDir()
	long := "an object with a name beyond the fifteen of the header.o"
	compile(t, dir, "a.o", "int f(void) { return 1; } int common_f = 2;")
	compile(t, dir, long, "int g(void) { return 3; } static int local(void) { return 4; }")
	lib := filepath.Join(dir, "lib.a")
	command(t, dir, ar, "rc", lib, "a.o", long)

	got, err := archive.Read(lib)
	require.NoError(t, err)
	require.Equal(t, []archive.Symbol{{"f", 0}, {"common_f", 0}, {"g", 1}}, got.Symbols)
	data, err := os.ReadFile(lib)
	require.NoError(t, err)
	for i, name := range []string{"a.o", long} {
		require.Equal(t, name, got.Members[i].Name)
		object, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, object, data[got.Members[i].Offset:][:got.Members[i].Size])
	}
}

func TestMissingArchiveIsNamed(t *testing.T) {
	t.Parallel()
	_, err := archive.Read(filepath.Join(t.TempDir(), "none.a"))
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "none.a")
}

// Whatever the bytes are: no panic, and every member lies inside.
func FuzzParse(f *testing.F) {
	f.Add([]byte(magic))
	f.Add([]byte(magic + entry("/", "\x00\x00\x00\x01\x00\x00\x00\x50f\x00") + entry("a.o/", "xx")))
	f.Add([]byte(magic + entry("//", "long.o/\n") + entry("/0", "x") + entry("/SYM64/", strings.Repeat("\x00", 8))))
	f.Add([]byte(magic + entry("#1/4", "a.o\x00x") + entry("__.SYMDEF", strings.Repeat("\x00", 8))))
	f.Add([]byte(magic + entry("__.SYMDEF_64", strings.Repeat("\xff", 32))))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := archive.Parse(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		for _, m := range got.Members {
			require.True(t, m.Offset >= 0 && m.Size >= 0 && m.Offset+m.Size <= int64(len(data)), "%+v", m)
		}
		for _, s := range got.Symbols {
			require.Less(t, s.Member, len(got.Members))
		}
	})
}
