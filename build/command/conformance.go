package command

import (
	"context"
	"errors"
	"fmt"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/consumer"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/fetch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// Conformance builds the library and runs ONNX's node tests on it: on the CPU or, where the settings ask for other
// providers, on each of these alone.
func Conformance(ctx context.Context, c *Command) error {
	result, err := c.buildReachable(ctx)
	if err != nil {
		return err
	}
	if err := runsHere(result.Target); err != nil {
		return err
	}
	var more []string
	if result.Target.Running == platform.Emulated {
		more = []string{"-run", emulatedCases}
	}
	return c.conformanceOf(ctx, c.emulating(result), result.Spec, more...)
}

// conformanceOf runs the node tests that are about a build. One provider that fails, as CUDA's does without a GPU, leaves
// the others to be tried.
func (c *Command) conformanceOf(ctx context.Context, user *consumer.Consumer, s spec.Spec, more ...string) error {
	others := s.Others()
	if len(others) == 0 {
		return c.conformance(ctx, user, s.Version, more...)
	}
	var problems []error
	for _, provider := range others {
		if _, err := c.conformanceOn(ctx, user, s.Version, provider, more...); err != nil {
			problems = append(problems, fmt.Errorf("with %s: %w", provider, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(problems...)
}

func (c *Command) conformance(ctx context.Context, user *consumer.Consumer, version string, more ...string) error {
	onnx, args, err := c.nodeTests(ctx, version)
	if err != nil {
		return err
	}
	return user.Conformance(ctx, onnx.Path, append(args, more...)...)
}

// conformanceOn runs the node tests on one provider alone and returns the digest of all outputs.
func (c *Command) conformanceOn(
	ctx context.Context, user *consumer.Consumer, version string, provider spec.Provider, more ...string,
) (digest string, err error) {
	onnx, args, err := c.nodeTests(ctx, version)
	if err != nil {
		return "", err
	}
	return user.ConformanceOn(ctx, provider, onnx.Path, append(args, more...)...)
}

// form is one way in which a provider is linked, and what uses a build of it.
type form struct {
	linking spec.Linking
	user    *consumer.Consumer
}

// conformanceOfForms runs the node tests on one provider in each form of linking. The forms have the same objects in
// them: outputs that differ, if only by a bit, are an error. So there is something to compare with, also for a release of
// which nothing is known; that nothing passes is an error even there.
func (c *Command) conformanceOfForms(ctx context.Context, version string, provider spec.Provider, forms ...form) error {
	digests := make([]string, len(forms))
	for i, f := range forms {
		var err error
		if digests[i], err = c.conformanceOn(ctx, f.user, version, provider, "-unlisted"); err != nil {
			return fmt.Errorf("with %s, linked %s: %w", provider, f.linking, err)
		}
	}
	return sameDigests(provider, forms, digests)
}

// sameDigests compares what the forms gave.
func sameDigests(provider spec.Provider, forms []form, digests []string) error {
	for i, f := range forms {
		if digests[i] != digests[0] {
			return &fault.Error{
				Op: "compare the outputs of two forms of linking", On: string(provider),
				Err: fmt.Errorf("%s gives %s, %s gives %s", forms[0].linking, digests[0], f.linking, digests[i]),
				Hint: "find the case: go run ./cmd/conformance -digest -provider " + string(provider) +
					" -run NAME ONNX-SOURCES in ortwrap, with the variables of one build and of the other",
			}
		}
	}
	return nil
}

// nodeTests returns ONNX's source archive and the arguments that the settings ask for.
func (c *Command) nodeTests(ctx context.Context, version string) (fetch.File, []string, error) {
	onnx, err := c.Builder.FetchDependency(ctx, plan.CPU(version), "onnx")
	if err != nil {
		return fetch.File{}, nil, err
	}
	var args []string
	if c.Settings.JSON {
		args = append(args, "-json")
	}
	return onnx, args, nil
}
