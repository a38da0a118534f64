package plan

import (
	"cmp"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/dnnl"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

// homePins lists the files that the homes of a spec are provided from. A home that a person named needs none. Those
// of CUDA are gigabytes, which many machines do not need: they are listed only where a version was asked for.
func (b *Builder) homePins(s spec.Spec) ([]release.Pin, error) {
	var pins []release.Pin
	if s.Has(spec.DNNL) && b.Settings.DNNLHome == "" {
		wheels := dnnl.Pins(s.Platform)
		if len(wheels) == 0 {
			b.Console.Line("note: oneDNN is left out, the machine that builds must have it: there is none for %s", s.Platform)
		}
		pins = append(pins, wheels...)
	}
	if !s.Has(spec.CUDA) || b.Settings.CUDA.Home != "" {
		return pins, nil
	}
	version := b.Settings.CUDA.Version
	if version == "" {
		b.Console.Line("note: set ORT_CUDA_VERSION, for example to 12.9, to fetch the CUDA toolkit too")
		return pins, nil
	}
	v, err := cuda.ParseVersion(version)
	if err := cmp.Or(err, cuda.SupportedVersion(s.Version, v)); err != nil {
		return nil, err
	}
	c, err := b.cudaChoice(s, toolchain.Tool{}) // the compiler may be that of another machine
	if err != nil {
		return nil, err
	}
	offers, err := c.finder.Offers(c.want)
	if err != nil {
		b.Console.Line("note: CUDA %s is left out, the machine that builds must have it: %v", version, err)
		return pins, nil
	}
	return append(pins, offers[0].Pins...), nil
}
