package debian

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// keyring has the keys of the Debian archive; where it is missing, apt's own trusted keys count.
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"

// hooks undoes what the machine's configuration runs after an update (clean the cache, index software for a desktop):
// that would touch the system. The settings for proxies and logins stay.
const hooks = `#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
#clear DPkg::Pre-Install-Pkgs;
`

// archives is the folder below state that receives the packages.
func archives(state string) string { return filepath.Join(state, "cache", "archives") }

// writeState makes apt's private folders and files.
func (a Archive) writeState(req Request, state string) error {
	for _, folder := range []string{"lists/partial", "cache/archives/partial", "log", "none"} {
		if err := os.MkdirAll(filepath.Join(state, filepath.FromSlash(folder)), 0o755); err != nil {
			return fmt.Errorf("making apt's private state: %w", err)
		}
	}
	signed := keyring
	if _, err := os.Stat(keyring); err != nil {
		signed = ""
	}
	for name, text := range map[string]string{
		"apt.conf":     hooks,
		"sources.list": a.sourcesList(len(req.Backports) > 0, signed),
		"preferences":  a.preferences(req.Backports),
	} {
		if err := os.WriteFile(filepath.Join(state, name), []byte(text), 0o644); err != nil {
			return fmt.Errorf("making apt's private state: %w", err)
		}
	}
	return nil
}

// sourcesList returns a sources.list(5) of the machine's own suites, and of backports on the first mirror.
func (a Archive) sourcesList(backports bool, signedBy string) string {
	sources := a.Sources
	if backports && len(sources) > 0 {
		sources = append(sources[:len(sources):len(sources)], Source{URI: sources[0].URI, Suite: a.Codename + "-backports"})
	}
	option := ""
	if signedBy != "" {
		option = "[signed-by=" + signedBy + "] "
	}
	var text strings.Builder
	for _, s := range sources {
		fmt.Fprintf(&text, "deb %s%s %s main\n", option, s.URI, s.Suite)
	}
	return text.String()
}

// preferences returns an apt_preferences(5) that lifts the named packages of backports above those of the release.
func (a Archive) preferences(backports []string) string {
	if len(backports) == 0 {
		return ""
	}
	return fmt.Sprintf("Package: %s\nPin: release n=%s-backports\nPin-Priority: 990\n",
		strings.Join(backports, " "), a.Codename)
}

// commands returns the calls of apt-get that download the packages of req into [archives].
//
// A wanted package is downloaded even if it is installed (--reinstall): perhaps its program is not in PATH. Of what it
// needs, only what is not installed is downloaded.
func commands(req Request, state string) []run.Cmd {
	base := []string{"--config-file", filepath.Join(state, "apt.conf")}
	for _, option := range []string{
		"Dir::State::Lists=" + filepath.Join(state, "lists"),
		"Dir::State::Status=/var/lib/dpkg/status",
		"Dir::Cache=" + filepath.Join(state, "cache"),
		"Dir::Cache::Archives=" + archives(state),
		"Dir::Log=" + filepath.Join(state, "log"),
		"Dir::Etc::SourceList=" + filepath.Join(state, "sources.list"),
		"Dir::Etc::SourceParts=" + filepath.Join(state, "none"),
		"Dir::Etc::Preferences=" + filepath.Join(state, "preferences"),
		"Dir::Etc::PreferencesParts=" + filepath.Join(state, "none"),
		"APT::Get::List-Cleanup=true",
		"APT::Keep-Downloaded-Packages=true",
		"APT::Install-Recommends=false",
		"APT::Sandbox::User=root", // the user _apt may not read this folder
		"APT::Update::Error-Mode=any",
		"Acquire::Languages=none",
		"Acquire::Retries=3",
		"Debug::NoLocking=true", // the locks are the system's, and only root can take them
	} {
		base = append(base, "-o", option)
	}
	install := append(base[:len(base):len(base)], "--yes", "--download-only", "--reinstall", "install")
	install = append(install, req.Packages...)
	if len(req.Programs) > 0 {
		install = append(install, "patchelf")
	}
	env := []string{"LC_ALL=C", "DEBIAN_FRONTEND=noninteractive"}
	return []run.Cmd{
		{Path: "apt-get", Args: append(base[:len(base):len(base)], "update"), Env: env},
		{Path: "apt-get", Args: install, Env: env},
	}
}
