package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// CPU is the spec of the CPU build of a release for this machine itself.
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

// additions names what a spec adds to the dependencies of a release.
func additions(s spec.Spec) []string { return append(s.OtherNames(), s.Platform.Arch) }

// known are the providers that can be built.
var known = []spec.Provider{spec.CPU, spec.CUDA, spec.DNNL, spec.CoreML}

// Spec is the build of a release that the settings ask for, with more providers if a target adds some.
func (b *Builder) Spec(version string, more ...spec.Provider) (spec.Spec, error) {
	target, err := b.Target()
	if err != nil {
		return spec.Spec{}, err
	}
	providers := slices.Clone(more)
	for _, name := range b.Settings.Providers {
		provider := spec.Provider(strings.ToLower(strings.TrimSpace(name)))
		if !slices.Contains(known, provider) {
			return spec.Spec{}, &fault.Error{
				Op: "choose the execution providers", On: fmt.Sprintf("ORT_PROVIDERS=%s", strings.Join(b.Settings.Providers, ",")),
				Err: fmt.Errorf("no provider %q can be built", name), Hint: "set it to cuda, to dnnl, to cuda,dnnl or, on a Mac, to coreml",
			}
		}
		providers = append(providers, provider)
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
	s := With(spec.Spec{Version: version, Platform: target.Platform, Providers: []spec.Provider{spec.CPU}}, linking, providers...)
	s.GPU.Minimal = s.Has(spec.CUDA) && b.Settings.CUDA.Minimal
	return s, refuseProviders(spec.Host(), s)
}

// Target is what the settings ask to build for: this machine, if they do not say.
func (b *Builder) Target() (platform.Target, error) {
	if b.Settings.Target == "" {
		return platform.For(spec.Host(), spec.Host())
	}
	p, err := spec.ParsePlatform(strings.TrimSpace(b.Settings.Target))
	if err != nil {
		return platform.Target{}, &fault.Error{
			Op: "choose the platform", On: "ORT_TARGET=" + b.Settings.Target, Err: err, Hint: "go tool mage platforms",
		}
	}
	return platform.For(spec.Host(), p)
}

// Latest is the store's alias for the last build of a kind: "latest-cpu", "latest-linux-arm64-cpu".
func Latest(s spec.Spec) string {
	if s.Platform != spec.Host() {
		return "latest-" + s.Platform.Name() + "-" + s.Kind()
	}
	return "latest-" + s.Kind()
}
