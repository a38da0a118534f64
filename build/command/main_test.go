//go:build linux

package command_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/command"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

// TestMain makes the test binary also the programs that the scripts run: the builder itself, and the fakes of what it
// starts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"ortb":       func() { os.Exit(ortb()) },
		"cmake":      func() { os.Exit(fake("cmake", fakeCMake)) },
		"ninja":      func() { os.Exit(fake("ninja", fakeNinja)) },
		"go":         func() { os.Exit(fake("go", fakeGo)) },
		"protoc":     says("protoc", "libprotoc 3.21.12"),
		"python3":    says("python3", "3.11.2"),
		"patch":      says("patch", "GNU patch 2.7.6"),
		"pkg-config": says("pkg-config", "1.8.1"),
	})
}

// work is what the targets do.
var work = map[string]func(context.Context, *command.Command) error{
	"audit": command.Audit, "bench": command.Bench, "buildCpu": command.BuildCPU, "clean": command.Clean, "conformance": command.Conformance,
	"doctor": command.Doctor, "env": command.Env, "explain": command.Explain, "fetch": command.Fetch, "gc": command.GC,
	"list": command.List, "run": command.Run, "shell": command.Shell, "test": command.Test,
	"lint": command.Lint, "platforms": command.Platforms, "ci-matrix": command.Matrix, "ci-vuln": command.Vuln, "ci-fuzz": command.Fuzz,
}

// ortb carries out the target that its first argument names, as mage does.
func ortb() (status int) {
	name, do := os.Args[1], work[os.Args[1]]
	if name == "vendor" {
		do = command.Vendor(os.Args[2])
	}
	ctx, cancel := context.WithCancel(context.Background())
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	go func() {
		<-interrupts
		cancel()
	}()
	outside := command.Outside{Environ: environ(), Out: os.Stdout, Progress: &stopper{os.Stderr}, Adapt: adapt}
	err := outside.Do(ctx, name, do)
	if err == nil {
		return 0
	}
	fmt.Fprintf(os.Stderr, "Error: %+v\n", err)
	return 1
}

// environ is the environment without what only this file reads, which the builder would refuse.
func environ() (list []string) {
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "TEST_") {
			list = append(list, entry)
		}
	}
	return list
}

// adapt gives the builder the script's own releases and patches, and leads every address on the network to the script's
// server.
func adapt(b *plan.Builder) {
	folder := os.Getenv("WORK")
	b.Releases = func(version string) (release.Release, error) {
		text, err := os.ReadFile(filepath.Join(folder, "releases", version+".toml"))
		if err != nil {
			return release.Load(version)
		}
		return release.Parse(text)
	}
	b.Patches = os.DirFS(filepath.Join(folder, "patches"))
	b.Fetch.Stall, _ = time.ParseDuration(os.Getenv("TEST_STALL"))

	roots := x509.NewCertPool()
	certificate, _ := os.ReadFile(filepath.Join(folder, "server", "cert.pem"))
	roots.AppendCertsFromPEM(certificate)
	b.Fetch.Transport = &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, os.Getenv("TEST_SERVER"))
		},
	}
}

// stopper stops for ever at the console line that starts with the content of $HOME/stop-at, and notes that it did.
type stopper struct{ io.Writer }

func (s *stopper) Write(line []byte) (int, error) {
	n, err := s.Writer.Write(line)
	if at := knob("stop-at"); at != "" && strings.HasPrefix(string(line), at) {
		note("stopped", at)
		time.Sleep(time.Hour)
	}
	return n, err
}
