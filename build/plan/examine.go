package plan

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/dnnl"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

// How a person gets what is not provided.
const (
	installCUDA  = "install a CUDA toolkit and set ORT_CUDA_HOME to its folder"
	installCUDNN = "install cuDNN 9 and set ORT_CUDNN_HOME to its folder"
	installDNNL  = "install oneDNN 3 and set ORT_DNNL_HOME to its folder"
)

// ExamineHomes tells what the providers of a spec will be made with: what is here, what a build will provide, or why
// there is nothing. It provides nothing.
func (b *Builder) ExamineHomes(ctx context.Context, s spec.Spec) ([]toolchain.Finding, error) {
	w, err := b.inputsOf(s)
	if err != nil {
		return nil, err
	}
	var findings []toolchain.Finding
	if w.spec.Has(spec.CUDA) {
		findings = append(findings, b.examineCUDA(ctx, w)...)
	}
	if w.spec.Has(spec.DNNL) {
		findings = append(findings, b.examineDNNL(w.spec.Platform))
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("looking for what providers are made with: %w", context.Cause(ctx))
	}
	return findings, nil
}

func (b *Builder) examineCUDA(ctx context.Context, w want) []toolchain.Finding {
	// A compiler that is missing has a row of its own.
	tools, _, _ := b.Tools.Find(ctx, b.Want(platform.Target{}, w.release.Protoc))
	c, err := b.cudaChoice(w.spec, tools.CXX)
	if err != nil {
		return []toolchain.Finding{refused("cuda", err)}
	}
	found, err := c.finder.Examine(ctx, c.want)
	if err != nil {
		return []toolchain.Finding{refused("cuda", err)}
	}
	toolkit := toolchain.Finding{
		Name: "cuda", State: stateOf(found.Toolkit.Origin != cuda.Machine),
		Version: found.Toolkit.Full, Path: found.Toolkit.Home,
	}
	cudnn := toolchain.Finding{Name: "cudnn", State: stateOf(false), Version: found.CUDNN.Version, Path: found.CUDNN.Home}
	if found.Toolkit.Home == "" {
		offer := b.offer(found.Offers)
		toolkit = b.lacking("cuda", "CUDA "+offer.Version, offer.From, offer.Pins, installCUDA)
		toolkit.Detail = unused(found.Rejected)
		if found.CUDNN.Home == "" {
			cudnn = b.lacking("cudnn", "it with CUDA "+offer.Version, "", offer.Pins, installCUDNN)
		}
	} else if found.CUDNN.Home != "" && strings.HasPrefix(found.CUDNN.Home, c.finder.Dir+string(filepath.Separator)) {
		cudnn.State = stateOf(true)
	}
	if c.want.Minimal {
		return []toolchain.Finding{toolkit}
	}
	return []toolchain.Finding{toolkit, cudnn}
}

// offer returns the toolkit that will be provided: without a network, one whose archives are all here.
func (b *Builder) offer(offers []cuda.Offer) cuda.Offer {
	if b.Settings.Offline {
		at := slices.IndexFunc(offers, func(o cuda.Offer) bool { return len(b.Fetch.Missing(o.Pins)) == 0 })
		if at >= 0 {
			return offers[at]
		}
	}
	return offers[0]
}

// unused says why the toolkits of the machine are not used.
func unused(rejected []cuda.Rejected) string {
	var reasons []string
	for _, r := range rejected {
		reasons = append(reasons, r.Home+": "+r.Why.Error())
	}
	return strings.Join(reasons, "; ")
}

func (b *Builder) examineDNNL(platform spec.Platform) toolchain.Finding {
	var home dnnl.Home
	var err error
	ours := b.Settings.DNNLHome == ""
	if ours {
		home, err = dnnl.Provided(platform, b.dnnlFolder())
	} else {
		home, err = dnnl.Find(platform, b.Settings.DNNLHome)
	}
	switch {
	case err == nil:
		return toolchain.Finding{Name: "dnnl", State: stateOf(ours), Version: home.Version, Path: home.Dir}
	case !ours || errors.Is(err, dnnl.ErrPlatform):
		return refused("dnnl", err)
	}
	return b.lacking("dnnl", "oneDNN", "the wheels of PyPI", dnnl.Pins(platform), installDNNL)
}

func stateOf(provided bool) string {
	if provided {
		return toolchain.Provided
	}
	return toolchain.OK
}

// refused is the finding of an error, in one line.
func refused(name string, err error) toolchain.Finding {
	finding := toolchain.Refusal(name, err)
	finding.Detail = strings.ReplaceAll(finding.Detail, "\n", "; ")
	return finding
}

// lacking is the finding for what a build provides from archives. from may be empty. otherwise says how a person gets
// it.
func (b *Builder) lacking(name, what, from string, pins []release.Pin, otherwise string) toolchain.Finding {
	finding := toolchain.Finding{Name: name, State: toolchain.Lacking}
	if b.Settings.Offline && len(b.Fetch.Missing(pins)) > 0 {
		finding.Blocks = true
		finding.Mend = "unset ORT_OFFLINE once, or let ORT_MIRROR name a folder made by the target vendor, or: " + otherwise
		return finding
	}
	if from != "" {
		what += fmt.Sprintf(" from %s, %s", from, humanize.Bytes(uint64(bytesOf(pins)))) //nolint:gosec // a size
	}
	finding.Mend = fmt.Sprintf("nothing: a build provides %s (or: %s)", what, otherwise)
	return finding
}

// bytesOf adds up the pinned sizes.
func bytesOf(pins []release.Pin) (sum int64) {
	for _, pin := range pins {
		sum += pin.Size
	}
	return sum
}
