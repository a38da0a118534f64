package install

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

//go:embed templates
var templates embed.FS

// packaging is what the files for pkg-config and CMake are made from.
type packaging struct {
	Version   string
	Major     string
	Platform  string
	Providers string

	System    string   // CMAKE_SYSTEM_NAME
	Processor string   // a pattern of CMAKE_SYSTEM_PROCESSOR: the names of one machine differ between systems
	Libraries []string // what the archive needs of the system, as the flags that pkg-config and CMake both take
	LinkFlags []string

	Needs  []string // what else it needs, by soname
	Opened bool     // there are shared libraries beside it that are opened, or found, when a program runs
}

// platforms has what differs between operating systems. Every flag is one that cgo accepts from pkg-config without
// being told to; it refuses --whole-archive, --gc-sections and --exclude-libs, among others.
var platforms = map[string]packaging{
	"linux": {
		System:    "Linux",
		Libraries: []string{"-lstdc++", "-lm", "-ldl", "-lpthread"},
		// Objects of other libraries without the GNU-stack note would give the user's program an executable stack.
		LinkFlags: []string{"-Wl,-z,noexecstack"},
	},
	// Foundation is for ONNX Runtime's log. It asks CMake for iconv too, and uses nothing of it.
	"darwin": {
		System:    "Darwin",
		Libraries: []string{"-lc++", "-framework Foundation"},
	},
}

// providerLibraries has what a provider inside the core needs besides.
var providerLibraries = map[spec.Provider][]string{
	spec.CoreML: {"-framework CoreML"},
}

var processors = map[string]string{
	"amd64": "x86_64|amd64|AMD64",
	"arm64": "aarch64|arm64|ARM64",
}

func newPackaging(s spec.Spec, needs []string) (packaging, error) {
	p, known := platforms[s.Platform.OS]
	processor, knownArch := processors[s.Platform.Arch]
	if !known || !knownArch {
		return packaging{}, fmt.Errorf("the libraries that %s needs are not known", s.Platform)
	}
	if s.Platform.Libc != "" { // zig's, see build/platform: the C++ library is LLVM's, and is linked statically
		p.Libraries = append([]string{"-lc++"}, p.Libraries[1:]...)
	}
	if s.Platform.Libc == spec.Musl {
		// Whatever is linked with it becomes a program without interpreter and shared libraries.
		p.LinkFlags = append([]string{"-static"}, p.LinkFlags...)
	}
	for _, provider := range s.Providers {
		p.Libraries = append(slices.Clone(p.Libraries), providerLibraries[provider]...)
	}
	p.Version, p.Platform, p.Processor = s.Version, s.Platform.String(), processor
	p.Major, _, _ = strings.Cut(s.Version, ".")
	p.Needs = needs
	p.Opened = len(s.Separate()) > 0
	p.Providers = strings.ReplaceAll(s.ProviderNames(), "+", ", ")
	return p, nil
}

// PkgConfig returns libonnxruntime.pc for a build. Needs are the sonames of shared libraries beside the system's.
func PkgConfig(s spec.Spec, needs ...string) (string, error) {
	return render("libonnxruntime.pc", s, needs)
}

// packageFiles lists the files for pkg-config and CMake.
func packageFiles(s spec.Spec, needs []string) ([]item, error) {
	var items []item
	for _, file := range []struct{ folder, name string }{
		{"lib/pkgconfig/", "libonnxruntime.pc"},
		{"lib/cmake/onnxruntime/", "onnxruntimeConfig.cmake"},
		{"lib/cmake/onnxruntime/", "onnxruntimeConfigVersion.cmake"},
	} {
		text, err := render(file.name, s, needs)
		if err != nil {
			return nil, err
		}
		items = append(items, item{to: file.folder + file.name, text: []byte(text)})
	}
	return items, nil
}

func render(name string, s spec.Spec, needs []string) (string, error) {
	p, err := newPackaging(s, needs)
	if err != nil {
		return "", fmt.Errorf("making %s: %w", name, err)
	}
	parsed, err := template.New(name).Option("missingkey=error").ParseFS(templates, "templates/"+name)
	if err != nil {
		return "", fmt.Errorf("making %s: %w", name, err)
	}
	var text bytes.Buffer
	if err := parsed.Execute(&text, p); err != nil {
		return "", fmt.Errorf("making %s: %w", name, err)
	}
	return text.String(), nil
}
