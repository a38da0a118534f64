package toolchain_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

var want = toolchain.Want{Protoc: "21.12"}

var bookworm = toolchain.Host{
	Platform: spec.Platform{OS: "linux", Arch: "amd64"}, Family: "debian", Debian: true, Release: "bookworm",
	Disk: 50 << 30, Memory: 16 << 30,
}

// gcc stands for a compiler driver of GCC.
const gcc = `case "$1" in
--version) echo "$(basename "$0") (Test %[1]s-1) %[1]s"; echo "Copyright (C) Free Software Foundation, Inc." ;;
-dumpmachine) echo x86_64-test-linux ;;
-print-prog-name=*) echo "${1#*=}" ;;
-x) echo "#define LANGUAGE $2" ;;
esac`

// says is the body of a program that prints one line.
func says(line string) string { return "echo '" + line + "'" }

// all returns fake programs for a whole toolchain.
func all() map[string]string {
	return map[string]string{
		"cc": fmt.Sprintf(gcc, "12.2.0"), "c++": fmt.Sprintf(gcc, "12.2.0"),
		"ar": says("GNU ar (GNU Binutils) 2.40"), "as": says("as"), "ld": says("ld"),
		"cmake": says("cmake version 3.30.1"), "ninja": says("1.11.1"), "protoc": says("libprotoc 3.21.12"),
		"patch": says("GNU patch 2.7.6"), "python3": says("3.11.2"), "pkg-config": says("1.8.1"),
	}
}

func without(programs map[string]string, names ...string) map[string]string {
	for _, name := range names {
		delete(programs, name)
	}
	return programs
}

// machine is a folder of fake programs, and a finder whose PATH is this folder alone.
type machine struct {
	*toolchain.Finder
	Bin   string
	Notes []string
}

func newMachine(t *testing.T, programs map[string]string) *machine {
	t.Helper()
	root := filepath.Join(t.TempDir(), "a folder [x]") // a space, and what a pattern would take for a class
	m := &machine{Bin: filepath.Join(root, "bin")}
	for name, body := range programs {
		m.script(t, name, body)
	}
	m.Finder = &toolchain.Finder{
		Env:    []string{"PATH=" + m.Bin},
		Runner: &run.Exec{Env: []string{"PATH=" + m.Bin + ":/usr/bin:/bin"}},
		Dir:    filepath.Join(root, "tools"),
		Host:   bookworm,
	}
	return m
}

// script makes a program. It is renamed into its place, as package managers do.
func (m *machine) script(t *testing.T, name, body string) string {
	t.Helper()
	path := filepath.Join(m.Bin, name)
	require.NoError(t, os.MkdirAll(m.Bin, 0o755))
	require.NoError(t, os.WriteFile(path+".new", []byte("#!/bin/sh\n"+body+"\n"), 0o755))
	require.NoError(t, os.Rename(path+".new", path))
	return path
}

// hide replaces the folders of the machine in a text.
func (m *machine) hide(text string) string {
	return strings.NewReplacer(m.Bin, "BIN", m.Dir, "TOOLS").Replace(text)
}

func (m *machine) note(line string) { m.Notes = append(m.Notes, line) }

// tarball writes an archive with one program, and returns its path and its digest.
func tarball(t *testing.T, program, body string) (string, digest.Digest) {
	t.Helper()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	tape := tar.NewWriter(zip)
	content := "#!/bin/sh\n" + body + "\n"
	require.NoError(t, tape.WriteHeader(&tar.Header{Name: program, Mode: 0o755, Size: int64(len(content))}))
	_, err := tape.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, tape.Close())
	require.NoError(t, zip.Close())
	path := filepath.Join(t.TempDir(), "archive.tar.gz")
	require.NoError(t, os.WriteFile(path, packed.Bytes(), 0o644))
	return path, digest.OfBytes(packed.Bytes())
}

// folders returns the names in a folder that are not this package's own notes.
func folders(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names
}
