package debian

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// Discover reads apt's configuration. It works before any "apt-get update", for any user, and touches no network. Where
// there is no apt, or none of its sources is a mirror of Debian, the error wraps [ErrNoApt].
func Discover(ctx context.Context, r run.Runner) (Archive, error) {
	return discover(ctx, r, os.DirFS("/"))
}

// discover reads files below root, which is the machine's own root but in tests.
func discover(ctx context.Context, r run.Runner, root fs.FS) (Archive, error) {
	osRelease, err := fs.ReadFile(root, "etc/os-release")
	if err != nil {
		return Archive{}, fmt.Errorf("finding a Debian mirror: %w: %w", ErrNoApt, err)
	}
	var a Archive
	values := parseOSRelease(string(osRelease))
	if a.Codename = values["VERSION_CODENAME"]; values["ID"] != "debian" || a.Codename == "" {
		return Archive{}, fmt.Errorf("finding a Debian mirror: %w: /etc/os-release has ID=%q VERSION_CODENAME=%q",
			ErrNoApt, values["ID"], a.Codename)
	}
	ask := func(path string, args ...string) (string, error) {
		out, err := run.Output(ctx, r, run.Cmd{Path: path, Args: args, Env: []string{"LC_ALL=C"}})
		if errors.Is(err, run.ErrNotFound) {
			err = fmt.Errorf("%w: %w", ErrNoApt, err)
		}
		if err != nil {
			return "", fmt.Errorf("finding a Debian mirror: %w", err)
		}
		return out, nil
	}
	if a.Arch, err = ask("dpkg", "--print-architecture"); err != nil {
		return Archive{}, err
	}
	uris, err := askURIs(ask)
	if err != nil {
		return Archive{}, err
	}
	for _, s := range parseURIs(uris) {
		a.add(s, httpBases(s.URI, root))
	}
	if len(a.Mirrors) == 0 || len(a.Sources) == 0 {
		return Archive{}, fmt.Errorf("finding a Debian mirror: %w: its sources name no suite of %s by http or https",
			ErrNoApt, a.Codename)
	}
	proxy, err := ask("apt-config", "dump", "--no-empty", "--format", "%v%n", "Acquire::http::Proxy")
	if err != nil {
		return Archive{}, err
	}
	if proxy != "DIRECT" {
		a.Proxy = proxy
	}
	return a, nil
}

// askURIs returns the addresses of all package indexes that apt would fetch. "apt-get indextargets" would give them in
// a better form, but nothing at all before the first update, which is the state of every fresh container.
func askURIs(ask func(string, ...string) (string, error)) (string, error) {
	lists, err := os.MkdirTemp("", "apt-lists-")
	if err != nil {
		return "", fmt.Errorf("finding a Debian mirror: %w", err)
	}
	defer os.RemoveAll(lists)
	if err := os.Mkdir(filepath.Join(lists, "partial"), 0o755); err != nil {
		return "", fmt.Errorf("finding a Debian mirror: %w", err)
	}
	return ask("apt-get", "update", "--print-uris",
		"-o", "Dir::State::Lists="+lists, "-o", "Debug::NoLocking=true")
}

// indexURI matches the address of an index of the component main: 'http://host/debian/dists/bookworm/main/…'.
var indexURI = regexp.MustCompile(`^'(.+)/dists/([^/']+)/main/(?:binary-[^/']+/Packages|source/Sources)`)

// parseURIs returns the suites in the output of "apt-get update --print-uris", in its order. Other components, and
// flat repositories, are left out.
func parseURIs(text string) []Source {
	var sources []Source
	for line := range strings.Lines(text) {
		if m := indexURI.FindStringSubmatch(line); m != nil {
			sources = append(sources, Source{URI: m[1], Suite: m[2]})
		}
	}
	return sources
}

// httpBases returns the addresses behind one of apt's: itself, or the lines of the file that a "mirror+file:" names (as
// Debian's cloud images have it). Those that are not http or https are left out.
func httpBases(uri string, root fs.FS) []string {
	candidates := []string{uri}
	if list, ok := strings.CutPrefix(uri, "mirror+file:"); ok {
		text, _ := fs.ReadFile(root, strings.TrimLeft(list, "/")) // unreadable: no address
		candidates = strings.Split(string(text), "\n")
	}
	var bases []string
	for _, c := range candidates {
		fields := strings.Fields(c) // an address may be followed by its priority
		if len(fields) > 0 && (strings.HasPrefix(fields[0], "http://") || strings.HasPrefix(fields[0], "https://")) {
			bases = append(bases, fields[0])
		}
	}
	return bases
}

// parseOSRelease returns the assignments of os-release(5), without the quotes.
func parseOSRelease(text string) map[string]string {
	values := map[string]string{}
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), "="); ok {
			values[strings.TrimSpace(name)] = strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	return values
}
