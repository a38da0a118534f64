package command

import (
	"cmp"
	"context"
	"errors"
	"io"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/consumer"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/chroot"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/toolchains"
)

// runsHere is an error for a target whose programs this machine cannot run.
func runsHere(target platform.Target) error {
	if target.Running != platform.NotHere {
		return nil
	}
	return &fault.Error{
		Op: "run a program for " + target.Platform.String(), Err: errors.New("this machine cannot run it"),
		Hint: "take the program, or this repository, to a machine that can",
	}
}

// offered is what a script wants to know of a target.
type offered struct {
	Platform  string `json:"platform"` // for ORT_TARGET
	Compilers string `json:"compilers"`
	Triple    string `json:"triple,omitempty"`
	Toolchain string `json:"toolchain,omitempty"` // file for CMake
	Running   string `json:"running"`             // how its programs run here
	Proven    string `json:"proven"`
}

// Platforms shows what can be built for on this machine, and what is known to work.
func Platforms(_ context.Context, c *Command) error {
	var list []offered
	for _, t := range platform.All(spec.Host()) {
		file := ""
		if _, ok := toolchains.For(t.Toolchain); ok {
			file = t.Toolchain + ".cmake"
		}
		list = append(list, offered{
			Platform: t.Platform.String(), Compilers: string(t.Compilers), Triple: t.Triple,
			Toolchain: file, Running: strings.TrimSpace(string(t.Running) + " " + t.Emulator),
			Proven: platform.Proven(spec.Host(), t.Platform),
		})
	}
	return c.Print(list, func(w io.Writer) error {
		rows := [][]string{{"platform", "compilers", "for", "toolchain file", "programs run", "proven"}}
		for _, t := range list {
			rows = append(rows, []string{t.Platform, t.Compilers, cmp.Or(t.Triple, "this machine"), cmp.Or(t.Toolchain, "none"), t.Running, t.Proven})
		}
		return report.Table(w, rows)
	})
}

// testTarget tests a build for another platform than this machine's, as far as its programs run here: the sample program,
// ortwrap's tests and the conformance tests. In an emulator, which is slow, it is the tests that use ortwrap as a program
// would, and a sample of the conformance tests.
func (c *Command) testTarget(ctx context.Context, version string) error {
	s, err := c.Builder.Spec(version)
	if err != nil {
		return err
	}
	result, err := c.Builder.Build(ctx, s)
	if err != nil {
		return err
	}
	if err := c.sample(ctx, result); err != nil {
		return err
	}
	if runsHere(result.Target) != nil {
		return nil // which the sample has said
	}
	user := c.emulating(result)
	if err := c.sampleAlone(ctx, result, user); err != nil {
		return err
	}
	if result.Target.Running == platform.Emulated {
		if err := c.check(ctx, user.Go("ortwrap", "test", "-count=1", "-run", emulatedTests, ".")); err != nil {
			return err
		}
		return c.conformance(ctx, user, version, "-run", emulatedCases)
	}
	if err := c.check(ctx, user.Go("ortwrap", "test", "-count=1", "./...")); err != nil {
		return err
	}
	return c.conformance(ctx, user, version)
}

// sampleAlone runs a sample program that is static as a whole where there is no other file. An emulator would be one.
func (c *Command) sampleAlone(ctx context.Context, result plan.Result, user *consumer.Consumer) error {
	if !result.Target.StaticallyLinked() || result.Target.Running == platform.Emulated {
		return nil
	}
	phase := c.Console.Phase("empty root")
	err := user.RunSampleAlone(ctx, io.Discard, c.samplePath(result))
	if errors.Is(err, chroot.ErrForbidden) && !c.Settings.CI {
		phase.Done("not tried: %v, see the log", chroot.ErrForbidden)
		return nil
	}
	if err != nil {
		phase.Failed()
		return err
	}
	phase.Done("the sample program runs in one")
	return nil
}

// What is tested in an emulator: smoke_test.go of ortwrap and all examples.
const (
	emulatedTests = "^Example|^Test(TheLibrarySays|TheLinkModeIs|TheVersionIs|InitializeMayBe)"
	emulatedCases = "^test_(add|matmul|conv|gemm|softmax|relu|reduce|resize|lstm|layer_normalization)"
)
