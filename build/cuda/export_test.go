package cuda

import (
	"context"

	"github.com/pelletier/go-toml/v2"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// SetSystem lets the finder look below other folders than the system's.
func (f *Finder) SetSystem(folders ...string) { f.system = append([]string{}, folders...) }

// SetSources replaces data files.
func (f *Finder) SetSources(texts ...string) error {
	for _, text := range texts {
		var s source
		if err := toml.Unmarshal([]byte(text), &s); err != nil {
			return err
		}
		for i := range s.Parts {
			if len(s.Parts[i].Take) == 0 {
				s.Parts[i].Take = s.Take
			}
		}
		f.sources = append(f.sources, s)
	}
	return nil
}

// Provisions returns the versions that can be provided, by release line.
func Provisions() map[string][]string { return provisions }

// Place places an archive's entry by a data file.
func Place(version, part, entry string) (string, bool, error) {
	s, err := loadSource(version)
	if err != nil {
		return "", false, err
	}
	for _, p := range s.Parts {
		if p.Name == part {
			return p.place(entry)
		}
	}
	return "", false, nil
}

// Full tells whether a version can be provided with cuDNN.
func Full(version string, platform spec.Platform) bool {
	s, err := loadSource(version)
	return err == nil && s.full(platform)
}

// ReplaceSources is [Finder.SetSources] without those that were set before.
func (f *Finder) ReplaceSources(texts ...string) error {
	f.sources = nil
	return f.SetSources(texts...)
}

// Find finds what is there, or tells why it will not do.
func (f *Finder) Find(ctx context.Context, want Want) (Toolkit, CUDNN, error) {
	t, d, rejected, err := f.find(ctx, want)
	if err == nil && t.Home == "" {
		err = unfound(rejected, nil)
	}
	return t, d, err
}

// What the tests of this package reach.
var (
	HostCeiling = hostCeiling
	ParseNVCC   = parseNVCC
	ParseCUDNN  = parseCUDNN
)

// Pins returns the archives that a toolkit of a version is made of on a platform: what a mirror must serve.
func Pins(version string, platform spec.Platform, minimal bool) ([]release.Pin, error) {
	s, err := loadSource(version)
	if err != nil {
		return nil, err
	}
	var pins []release.Pin
	for _, p := range s.parts(platform, minimal) {
		pins = append(pins, p.pin())
	}
	return pins, nil
}

// Alone gives a cuDNN its own folder.
func (f *Finder) Alone(ctx context.Context, d CUDNN) (CUDNN, error) {
	return f.alone(ctx, d, func(string) {})
}
