package cuda

import (
	"context"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

// Offer is a toolkit that [Finder.Provide] may provide.
type Offer struct {
	Version string        // "12.9"
	From    string        // for people: "the wheels of PyPI"
	Size    int64         // bytes of the archives
	Pins    []release.Pin // the archives
}

// Offers returns the toolkits that may be provided, in the order in which they are tried. Where there is none the error
// says why. Nothing is asked of the machine but its platform.
func (f *Finder) Offers(want Want) ([]Offer, error) {
	return f.offers(want, nil)
}

func (f *Finder) offers(want Want, rejected []Rejected) ([]Offer, error) {
	sources, refused, err := f.candidates(want)
	if err != nil {
		return nil, err
	}
	if len(sources) == 0 {
		return nil, unfound(rejected, refused)
	}
	var offers []Offer
	for _, s := range sources {
		o := Offer{Version: s.Version, From: origins[s.Origin], Size: s.bytes(f.Platform, want.Minimal)}
		for _, p := range s.parts(f.Platform, want.Minimal) {
			o.Pins = append(o.Pins, p.pin())
		}
		offers = append(offers, o)
	}
	return offers, nil
}

// Outlook is what [Finder.Provide] will come to.
type Outlook struct {
	Toolkit Toolkit // without a home: it is not there
	CUDNN   CUDNN   // without a home: it is not there, or not needed

	Offers   []Offer    // what may be provided where there is no toolkit, at least one
	Rejected []Rejected // toolkits that are there and will not do, in that case
}

// Examine finds a toolkit and a cuDNN as [Finder.Provide] does, or tells what may be provided instead. Where there is
// neither the error says why. Nothing is changed, and nothing is fetched.
func (f *Finder) Examine(ctx context.Context, want Want) (Outlook, error) {
	t, d, rejected, err := f.find(ctx, want)
	if err != nil || t.Home != "" {
		return Outlook{Toolkit: t, CUDNN: d}, err
	}
	o := Outlook{Rejected: rejected}
	if o.Offers, err = f.offers(want, rejected); err != nil {
		return Outlook{}, err
	}
	if f.CUDNNHome != "" && !want.Minimal {
		o.CUDNN, err = f.cudnnFor(Toolkit{})
	}
	return o, err
}
