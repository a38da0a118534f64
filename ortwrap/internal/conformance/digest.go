package conformance

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/onnxpb"
)

// digest sums up outputs bit for bit: what two builds of the same code must agree on.
type digest struct{ hash.Hash }

func newDigest() digest { return digest{sha256.New()} }

func (d digest) String() string { return "sha256:" + hex.EncodeToString(d.Sum(nil)) }

// output adds a value by its name. Lengths go before what has no end of its own, so that no two lists of outputs are
// the same bytes.
func (d digest) output(name string, v onnxpb.Value) {
	fmt.Fprintf(d, "output %q ", name)
	writeValue(d, v)
}

// passed adds a case that passed, by the digest of its outputs.
func (d digest) passed(name string, outputs digest) {
	fmt.Fprintf(d, "case %q %s\n", name, outputs)
}

func writeValue(w io.Writer, v onnxpb.Value) {
	switch {
	case v.Sequence != nil:
		fmt.Fprintf(w, "sequence %d\n", len(v.Sequence.Items))
		for _, item := range v.Sequence.Items {
			writeValue(w, item)
		}
	case v.Tensor != nil:
		t := v.Tensor
		fmt.Fprintf(w, "tensor %d %d %q %d\n", t.Element, t.Dims, t.Strings, len(t.Data))
		_, _ = w.Write(t.Data) // a hash takes all
	default:
		fmt.Fprintln(w, "nothing")
	}
}
