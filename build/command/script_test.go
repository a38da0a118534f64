//go:build linux

package command_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

// real are the programs of this machine that the scripts use. Nothing else of it is in their PATH.
var real = []string{"cc", "c++", "ar", "as", "ld", "c++filt", "sh", "sleep", "cat", "rm", "mkfifo", "env"}

// fakes are the programs that this test binary plays.
var fakes = []string{"ortb", "cmake", "ninja", "go", "protoc", "python3", "patch", "pkg-config"}

// fakePatch is the one change to the stand-in's sources.
const fakePatch = `Why: the answer was wrong
Upstream: none
Until: it is right

diff --git a/core.cc b/core.cc
--- a/core.cc
+++ b/core.cc
@@ -1 +1 @@
-int core = 1;
+int core = 42;
`

// TestScripts runs whole targets. A script has these folders below $WORK, beside those that it makes itself:
//
//	tools     all programs that can be found: the fakes, and links to a few of the machine's own
//	home      $HOME: steers the fakes, and has the file "calls", a line for each of their calls
//	server    steers the script's network
//	releases  release files; patches: patches
//	ort       $ORT_HOME; ortwrap: where that module would be
//
// There is also deps.txt, as the stand-in's archive has it.
//
// A file of the script takes the place of one that would be made there.
func TestScripts(t *testing.T) {
	t.Parallel()
	programs := map[string]string{}
	for _, name := range real {
		programs[name] = testkit.NeedTool(t, name)
	}
	for _, name := range fakes {
		path, err := exec.LookPath(name) // testscript.Main has put them there
		if err != nil {
			t.Fatal(err)
		}
		programs[name] = path
	}
	origin := newStandIn(t)
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		RequireUniqueNames: true,
		UpdateScripts:      flag.Lookup("update").Value.String() == "true",
		Setup:              func(e *testscript.Env) error { return setup(e, origin, programs) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"await": await, "flip": flip, "gone": gone, "json": jsonField, "read-only": readOnly,
			"small-disk": smallDisk, "stop-server": stopServer,
		},
	})
}

func setup(e *testscript.Env, origin *standIn, programs map[string]string) error {
	files := map[string]string{
		"home/calls": "", "server/log": "", "deps.txt": origin.deps,
		"patches/onnxruntime/1.23.2/0001-core.patch": fakePatch,
		"patches/onnxruntime/1.21.0/0001-core.patch": fakePatch,
	}
	for version, text := range origin.releases {
		files["releases/"+version+".toml"] = text
	}
	links := map[string]string{"home/archives": origin.archives}
	for name, path := range programs {
		links["tools/"+name] = path
	}
	for _, folder := range []string{
		"home", "ortwrap", "tools", "server", "releases", "patches/onnxruntime/1.23.2", "patches/onnxruntime/1.21.0",
	} {
		if err := os.MkdirAll(filepath.Join(e.WorkDir, folder), 0o755); err != nil {
			return err
		}
	}
	for name, text := range files {
		if path := filepath.Join(e.WorkDir, name); exists(path) != nil {
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				return err
			}
		}
	}
	programsOfScript, err := filepath.Glob(filepath.Join(e.WorkDir, "tools", "*"))
	if err != nil {
		return err
	}
	for _, path := range programsOfScript {
		if err := os.Chmod(path, 0o755); err != nil {
			return err
		}
	}
	for name, target := range links {
		if path := filepath.Join(e.WorkDir, name); exists(path) != nil {
			if err := os.Symlink(target, path); err != nil {
				return err
			}
		}
	}
	network, err := newServer(filepath.Join(e.WorkDir, "server"), origin.files)
	if err != nil {
		return err
	}
	e.Defer(network.stop)
	e.Values["server"], e.Values["t"] = network, e.T()
	e.Setenv("TEST_SERVER", network.Listener.Addr().String())
	e.Setenv("PATH", filepath.Join(e.WorkDir, "tools"))
	e.Setenv("HOME", filepath.Join(e.WorkDir, "home"))
	e.Setenv("ORT_HOME", filepath.Join(e.WorkDir, "ort"))
	e.Setenv("ORT_JOBS", "2")
	e.Setenv("GOARCH", runtime.GOARCH)
	return nil
}

// patience is for what happens at once on a quiet machine.
const patience = 60 * time.Second

// eventually waits until ok is true.
func eventually(ts *testscript.TestScript, what string, ok func() bool) {
	for end := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("waited for %v in vain: %s", patience, what)
		}
	}
}

// await waits until a file has a line that matches: await PATTERN FILES, the latter as for [filepath.Glob].
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: await PATTERN FILES")
	}
	pattern := regexp.MustCompile("(?m)" + args[0])
	eventually(ts, strings.Join(args, " in "), func() bool {
		paths, _ := filepath.Glob(ts.MkAbs(args[1]))
		return slices.ContainsFunc(paths, func(path string) bool {
			text, _ := os.ReadFile(path)
			return pattern.Match(text)
		})
	})
}

// gone waits until no process is alive whose id is a line of the file.
func gone(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: gone FILE")
	}
	ids := strings.Fields(ts.ReadFile(args[0]))
	if len(ids) == 0 {
		ts.Fatalf("%s has no process ids", args[0])
	}
	for _, id := range ids {
		eventually(ts, "the end of process "+id, func() bool {
			stat, err := os.ReadFile(filepath.Join("/proc", id, "stat"))
			return err != nil || strings.Contains(string(stat), ") Z ")
		})
	}
}

// flip changes one byte in the middle of a file.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	paths, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	if neg || len(paths) != 1 {
		ts.Fatalf("usage: flip FILE; there are %d such files", len(paths))
	}
	info, err := os.Stat(paths[0])
	ts.Check(err)
	content, err := os.ReadFile(paths[0])
	ts.Check(err)
	content[len(content)/2] ^= 1
	ts.Check(os.Chmod(paths[0], 0o600))
	ts.Check(os.WriteFile(paths[0], content, 0o600))
	ts.Check(os.Chmod(paths[0], info.Mode().Perm()))
}

// jsonField checks a value in a file with JSON and nothing else: json FILE PATH VALUE, the path as in "0.labels.spec".
func jsonField(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: json FILE PATH VALUE")
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader([]byte(ts.ReadFile(args[0]))))
	ts.Check(decoder.Decode(&value))
	if decoder.More() {
		ts.Fatalf("%s has more than one JSON value", args[0])
	}
	for name := range strings.SplitSeq(args[1], ".") {
		switch container := value.(type) {
		case map[string]any:
			value = container[name]
		case []any:
			at, err := strconv.Atoi(name)
			ts.Check(err)
			if at >= len(container) {
				ts.Fatalf("%s: there are only %d", args[1], len(container))
			}
			value = container[at]
		}
	}
	if got := fmt.Sprint(value); got != args[2] {
		ts.Fatalf("%s is %q, not %q", args[1], got, args[2])
	}
}

// readOnly makes a folder one that nobody can write to, not even root.
func readOnly(ts *testscript.TestScript, neg bool, args []string) {
	dir := ts.MkAbs(args[0])
	if neg {
		ts.Fatalf("usage: read-only FOLDER")
	}
	if os.Getuid() != 0 {
		ts.Check(os.Chmod(dir, 0o555))
		ts.Defer(func() { _ = os.Chmod(dir, 0o755) })
		return
	}
	mount(ts, dir, dir, unix.MS_BIND, "")
	ts.Check(unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, ""))
}

// smallDisk makes a folder a disk of its own, or changes its size: small-disk FOLDER SIZE, as for mount -t tmpfs.
func smallDisk(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: small-disk FOLDER SIZE")
	}
	dir := ts.MkAbs(args[0])
	if exists(dir) == nil {
		ts.Check(unix.Mount("", dir, "", unix.MS_REMOUNT, "size="+args[1]))
		return
	}
	ts.Check(os.MkdirAll(dir, 0o755))
	mount(ts, "tmpfs", dir, 0, "size="+args[1])
}

func mount(ts *testscript.TestScript, source, dir string, flags uintptr, options string) {
	if err := unix.Mount(source, dir, "tmpfs", flags, options); err != nil {
		testkit.Skip(ts.Value("t").(testing.TB), "nothing can be mounted: "+err.Error())
	}
	ts.Defer(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
}

func stopServer(ts *testscript.TestScript, _ bool, _ []string) { ts.Value("server").(*server).stop() }
