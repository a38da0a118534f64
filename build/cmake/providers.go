package cmake

import (
	_ "embed"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// The names of targets and files of providers.cmake that others use.
const (
	// NoProviders and StaticProviders are the static libraries with the table of the providers that are linked into a
	// program. An archive has one of them: the core refers to the table.
	NoProviders     = "builder_no_providers"
	StaticProviders = "builder_static_providers"

	providersFile = "providers.cmake"
)

var (
	//go:embed providers.cmake
	providersText string
	//go:embed providers/no_providers.cc
	noProvidersText string
	//go:embed providers/static_providers.cc
	staticProvidersText string
	//go:embed providers/provider_entry.cc
	providerEntryText string
)

// providerFiles returns our files for execution providers, by their names in the folder of our own files. A build for
// the CPU alone needs them too: the core refers to the empty table.
func providerFiles() map[string]string {
	return map[string]string{
		providersFile:         providersText,
		"no_providers.cc":     noProvidersText,
		"static_providers.cc": staticProvidersText,
		"provider_entry.cc":   providerEntryText,
	}
}

// modules returns the providers that are built as shared libraries, as a list of CMake: "cuda;dnnl".
func modules(s spec.Spec) string { return strings.Join(s.SeparateNames(), ";") }

// ModuleTarget returns the CMake target of a provider's shared library.
func ModuleTarget(p spec.Provider) string { return "onnxruntime_providers_" + string(p) }

// EntryTarget returns the CMake target of the object that is the entry of an isolated provider.
func EntryTarget(p spec.Provider) string { return "builder_entry_" + string(p) }

// ObjectsFile returns the file that lists the objects of an isolated provider, a path a line. CMake writes it when it
// configures the build folder; the objects are there when [ModuleTarget] and [EntryTarget] are built.
func ObjectsFile(o Options, p spec.Provider) string { return o.own("objects_" + string(p) + ".txt") }
