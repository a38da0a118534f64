package consumer

import (
	"context"
	"errors"
	"regexp"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// Conformance runs ONNX's own node tests, which come with the onnx source archive, through ortwrap.
func (c *Consumer) Conformance(ctx context.Context, onnxArchive string, args ...string) error {
	if err := c.Runner.Run(ctx, c.conformance(onnxArchive, args)); err != nil {
		return conformanceFault(onnxArchive, "known_failures.txt", err)
	}
	return nil
}

// ConformanceOn runs the node tests on one provider alone, of which those count that it takes as a whole. It returns
// the digest of all their outputs: two builds of the same code that are linked in another way must have the same.
func (c *Consumer) ConformanceOn(
	ctx context.Context, provider spec.Provider, onnxArchive string, args ...string,
) (digest string, err error) {
	args = append([]string{"-provider", string(provider), "-digest"}, args...)
	text, err := run.Output(ctx, c.Runner, c.conformance(onnxArchive, args))
	if err == nil {
		if match := digestLine.FindStringSubmatch(text); match != nil {
			return match[1], nil
		}
		err = errors.New("the program prints no digest")
	}
	return "", conformanceFault(onnxArchive, "known_failures_"+string(provider)+".txt", err)
}

// digestLine is a line of the program's text, or of its JSON.
var digestLine = regexp.MustCompile(`(?m)^(?:digest: |  "digest": ")(sha256:[0-9a-f]{64})(?:",)?$`)

func (c *Consumer) conformance(onnxArchive string, args []string) run.Cmd {
	return c.Go("ortwrap", "run", append(append([]string{"./cmd/conformance"}, args...), onnxArchive)...)
}

func conformanceFault(onnxArchive, list string, err error) error {
	return &fault.Error{
		Op: "run the conformance tests", On: onnxArchive, Err: err,
		Hint: "the lines above name the cases; what is known stands in ortwrap/internal/conformance/" + list,
	}
}
