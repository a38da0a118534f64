package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// CPU is the spec of the CPU build of a release for this machine.
func CPU(version string) spec.Spec {
	return spec.Spec{Version: version, Platform: spec.Host(), Providers: []spec.Provider{spec.CPU}}
}

// With returns the spec with more providers, in one form of linking.
func With(s spec.Spec, linking spec.Linking, providers ...spec.Provider) spec.Spec {
	wanted := slices.Concat(s.Providers, providers)
	s.Providers = nil
	for _, p := range known { // always in the same order
		if slices.Contains(wanted, p) {
			s.Providers = append(s.Providers, p)
		}
	}
	if s.Linking = linking; len(s.Separate()) == 0 {
		s.Linking = ""
	}
	return s
}

// known are the providers that can be built.
var known = []spec.Provider{spec.CPU, spec.CUDA, spec.DNNL, spec.CoreML}

// Spec is the build of a release that the settings ask for, with more providers if a target adds some.
func (b *Builder) Spec(version string, more ...spec.Provider) (spec.Spec, error) {
	providers := slices.Clone(more)
	for _, name := range b.Settings.Providers {
		p := spec.Provider(strings.ToLower(strings.TrimSpace(name)))
		if !slices.Contains(known, p) {
			return spec.Spec{}, &fault.Error{
				Op: "choose the execution providers", On: fmt.Sprintf("ORT_PROVIDERS=%s", strings.Join(b.Settings.Providers, ",")),
				Err: fmt.Errorf("no provider %q can be built", name), Hint: "set it to cuda, to dnnl, to cuda,dnnl or, on a Mac, to coreml",
			}
		}
		providers = append(providers, p)
	}
	linking := spec.Linking(b.Settings.Linking)
	switch linking {
	case spec.Shared, spec.Static:
	case "":
		linking = spec.Static
		if slices.Contains(providers, spec.CUDA) { // its libraries are shared ones in any case
			linking = spec.Shared
		}
	default:
		return spec.Spec{}, &fault.Error{
			Op: "choose the form of linking", On: "ORT_LINKING=" + b.Settings.Linking, Err: errors.New("no such form"),
			Hint: "set it to shared or static, or unset it",
		}
	}
	s := With(CPU(version), linking, providers...)
	s.GPU.Minimal = s.Has(spec.CUDA) && b.Settings.CUDA.Minimal
	return s, refuseProviders(spec.Host(), s)
}

// Latest is the store's alias for the last build of a kind: "latest-cpu".
func Latest(s spec.Spec) string { return "latest-" + s.Kind() }
