package matrix

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/settings"
)

// Host is what the rows get of the machine that they run on.
type Host struct {
	Root         string // this repository
	Home         string // ORT_HOME: caches of the rows, downloads and logs lie there
	Go           string // GOROOT; rows run the same Go
	Modules      string // Go's module cache, with all that this repository needs
	Certificates string // file of certificates that are trusted; empty: none found
	User         string // "1000:1000", or empty for root
	Cores        int
	Memory       int64 // free bytes; 0: unknown

	Version  string   // ORT_VERSION, instead of the release of each row; empty: that
	Mirror   string   // ORT_MIRROR
	Offline  bool     // ORT_OFFLINE
	Jobs     int      // ORT_JOBS; 0: by the memory of each row
	Programs []string // environment of programs here, of which some goes on to the rows
}

// bundles are the places where systems keep the certificates that they trust, in one file.
var bundles = []string{
	"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
}

// ThisHost describes the machine, and fetches the Go modules that the rows will want: in a row nothing may be added to
// the module cache of the person who runs it.
func ThisHost(ctx context.Context, r run.Runner, s settings.Settings, root string) (Host, error) {
	for _, module := range []string{root, filepath.Join(root, "ortwrap")} {
		if err := r.Run(ctx, run.Cmd{Path: "go", Args: []string{"mod", "download"}, Dir: module}); err != nil {
			return Host{}, &fault.Error{
				Op: "fetch the Go modules", On: module, Err: err,
				Hint: "rows use the module cache of this machine: see that go mod download works",
			}
		}
	}
	out, err := run.Output(ctx, r, run.Cmd{Path: "go", Args: []string{"env", "-json", "GOROOT", "GOMODCACHE"}, Dir: root})
	if err != nil {
		return Host{}, fmt.Errorf("asking Go for its folders: %w", err)
	}
	var env struct{ GOROOT, GOMODCACHE string }
	if err := json.Unmarshal([]byte(out), &env); err != nil {
		return Host{}, fmt.Errorf("asking Go for its folders: %w", err)
	}
	h := Host{
		Root: root, Home: s.Home, Go: env.GOROOT, Modules: env.GOMODCACHE, Certificates: certificates(s.Programs, bundles),
		Cores: runtime.NumCPU(), Memory: cmake.FreeMemory(os.DirFS("/")),
		Version: s.Version, Mirror: s.Mirror, Offline: s.Offline, Jobs: s.Jobs, Programs: s.Programs,
	}
	if uid := os.Getuid(); uid > 0 {
		h.User = strconv.Itoa(uid) + ":" + strconv.Itoa(os.Getgid())
	}
	return h, nil
}

// certificates returns the file that SSL_CERT_FILE names, else the first of places that is there.
func certificates(environ, places []string) string {
	var named string
	for _, entry := range environ {
		if path, ok := strings.CutPrefix(entry, "SSL_CERT_FILE="); ok {
			named = path
		}
	}
	for _, path := range append([]string{named}, places...) {
		// docker makes a folder of what is not there, and mounts only absolute paths.
		if _, err := os.Stat(path); err == nil && filepath.IsAbs(path) {
			return path
		}
	}
	return ""
}
