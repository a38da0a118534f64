// Package spec says what is to be built, and nothing about how.
//
//	s := spec.Spec{Version: "1.21.0", Platform: spec.Host(), Providers: []spec.Provider{spec.CPU}}
//	fmt.Println(s) // 1.21.0 linux/amd64 cpu
package spec

import (
	"runtime"
	"strings"
)

// Platform is an operating system and an architecture, in the words of GOOS and GOARCH.
type Platform struct {
	OS, Arch string
}

// Host returns the platform that this program runs on.
func Host() Platform { return Platform{OS: runtime.GOOS, Arch: runtime.GOARCH} }

// String returns "linux/amd64".
func (p Platform) String() string { return p.OS + "/" + p.Arch }

// Provider is an execution provider of ONNX Runtime.
type Provider string

// CPU is the execution provider that every build has.
const CPU Provider = "cpu"

// Spec is one build of ONNX Runtime.
type Spec struct {
	Version   string // release, "1.23.2"
	Platform  Platform
	Providers []Provider
}

// ProviderNames returns the providers as one word: "cpu", "cpu+cuda".
func (s Spec) ProviderNames() string {
	names := make([]string, len(s.Providers))
	for i, p := range s.Providers {
		names[i] = string(p)
	}
	return strings.Join(names, "+")
}

// String returns "1.21.0 linux/amd64 cpu".
func (s Spec) String() string {
	return s.Version + " " + s.Platform.String() + " " + s.ProviderNames()
}

// Folder returns a name for a folder that belongs to this build alone: "1.21.0-linux-amd64-cpu".
func (s Spec) Folder() string {
	return strings.Join([]string{s.Version, s.Platform.OS, s.Platform.Arch, s.ProviderNames()}, "-")
}
