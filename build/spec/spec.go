// Package spec says what is to be built, and nothing about how.
//
//	s := spec.Spec{Version: "1.21.0", Platform: spec.Host(), Providers: []spec.Provider{spec.CPU}}
//	fmt.Println(s) // 1.21.0 linux/amd64 cpu
package spec

import (
	"slices"
	"strings"
)

// Provider is an execution provider of ONNX Runtime.
type Provider string

// Execution providers. Every build has the CPU's.
const (
	CPU    Provider = "cpu"
	CUDA   Provider = "cuda"
	DNNL   Provider = "dnnl"   // oneDNN
	CoreML Provider = "coreml" // of Apple, on macOS only
)

// compiledIn are the providers that ONNX Runtime always compiles into its core. The others are libraries of their own,
// which call the core through a table.
var compiledIn = []Provider{CPU, CoreML}

// Linking says where the execution providers are that are libraries of their own: see [Spec.Separate].
type Linking string

// The forms of a build with such providers. One compile makes all of them.
const (
	// Shared is ONNX Runtime's own form, the hybrid one: the core is in the archive, each provider in a shared library
	// that is opened when a program asks for the provider.
	Shared Linking = "shared"
	// Static has the providers inside the archive too.
	Static Linking = "static"
	// Loose is for a test only: archives of the providers' objects as they are, which shows what isolation is good for.
	Loose Linking = "loose"
)

// Spec is one build of ONNX Runtime.
type Spec struct {
	Version   string // release, "1.23.2"
	Platform  Platform
	Providers []Provider
	Linking   Linking // empty without providers that are libraries of their own
	GPU       GPU     // zero without [CUDA]
}

// GPU is what a build with [CUDA] is made with and for.
type GPU struct {
	Toolkit       string   // version of the CUDA toolkit, "13.0"
	CUDNN         string   // version of cuDNN, "9.13.0"; empty if Minimal
	Architectures []string // in CMake's words: "90-real", "120-virtual"
	Capabilities  string   // the same for people and programs: "9.0a 12.0a 12.0+PTX"
	Minimal       bool     // only what moves memory: no operators, no cuDNN
	Without       []string // features that are left out, sorted
}

// Has tells whether the build has a provider.
func (s Spec) Has(p Provider) bool { return slices.Contains(s.Providers, p) }

// Others returns the providers beside the CPU's.
func (s Spec) Others() []Provider {
	return slices.DeleteFunc(slices.Clone(s.Providers), func(p Provider) bool { return p == CPU })
}

// Separate returns the providers that are libraries of their own. The rest is compiled into the core.
func (s Spec) Separate() []Provider {
	return slices.DeleteFunc(slices.Clone(s.Providers), func(p Provider) bool { return slices.Contains(compiledIn, p) })
}

// OtherNames returns the names of [Spec.Others].
func (s Spec) OtherNames() []string { return names(s.Others()) }

// SeparateNames returns the names of [Spec.Separate].
func (s Spec) SeparateNames() []string { return names(s.Separate()) }

func names(providers []Provider) []string {
	var list []string
	for _, p := range providers {
		list = append(list, string(p))
	}
	return list
}

// ProviderNames returns the providers as one word: "cpu", "cpu+cuda".
func (s Spec) ProviderNames() string {
	return strings.Join(names(s.Providers), "+")
}

// Kind returns what sort of build it is, whatever its version: "cpu", "cpu+cuda", "cpu+cuda-static".
func (s Spec) Kind() string {
	kind := s.ProviderNames()
	if s.GPU.Minimal {
		kind += "-minimal"
	}
	if s.Linking == Static || s.Linking == Loose {
		kind += "-" + string(s.Linking)
	}
	return kind
}

// String returns "1.21.0 linux/amd64 cpu".
func (s Spec) String() string {
	return s.Version + " " + s.Platform.String() + " " + s.Kind()
}

// Folder returns a name for a folder that belongs to this build alone, and to the same one in other forms of linking:
// "1.21.0-linux-amd64-cpu".
func (s Spec) Folder() string {
	s.Linking = ""
	return strings.Join([]string{s.Version, s.Platform.Name(), s.Kind()}, "-")
}
