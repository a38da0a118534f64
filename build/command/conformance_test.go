//go:build linux

package command_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/command"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

func TestBothFormsOfLinkingMustGiveTheSameBits(t *testing.T) {
	t.Parallel()
	require.NoError(t, command.SameDigests(spec.DNNL, "sha256:aa", "sha256:aa"))
	err := command.SameDigests(spec.DNNL, "sha256:aa", "sha256:bb")
	require.EqualError(t, err, "compare the outputs of two forms of linking (dnnl): "+
		"static gives sha256:aa, shared gives sha256:bb")
	require.Contains(t, fault.Format(err), "-provider dnnl -run NAME")
}

// withONNX calls f with a command whose network has ONNX's sources and whose programs are those of answer, and returns
// the calls of the program that runs the node tests, in short.
func withONNX(t *testing.T, answer func(run.Cmd) error, f func(context.Context, *command.Command) error) ([]string, error) {
	t.Helper()
	mirror := t.TempDir()
	put := func(name, top string, files map[string]string) release.Pin {
		content := tarball(t, top, files)
		pin := release.Pin{Name: name, SHA256: digest.OfBytes(content), URLs: []string{host + "/" + name + ".tar.gz"}}
		require.NoError(t, os.WriteFile(filepath.Join(mirror, pin.File()), content, 0o600))
		return pin
	}
	onnx := put("onnx", "onnx-1.0", map[string]string{"LICENSE": "none\n"})
	r := release.Release{
		Version: "1.21.0", Uses: []string{"onnx"}, Dependencies: []release.Dependency{{Pin: onnx}},
		Source: put("onnxruntime", "onnxruntime-1.21.0", map[string]string{
			"cmake/deps.txt": "onnx;" + onnx.URLs[0] + ";" + strings.Repeat("0", 40) + "\n",
		}),
	}
	recorder := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error { return answer(cmd) }}
	outside := command.Outside{
		Environ: []string{"HOME=" + t.TempDir(), "ORT_MIRROR=" + mirror, "ORT_OFFLINE=1"},
		Adapt: func(b *plan.Builder) {
			b.Releases = func(string) (release.Release, error) { return r, nil }
		},
	}
	err := outside.Do(t.Context(), "test", func(ctx context.Context, c *command.Command) error {
		c.Runner = recorder
		return f(ctx, c)
	})
	var calls []string
	for _, cmd := range recorder.Commands() {
		calls = append(calls, strings.Join(cmd.Args[2:len(cmd.Args)-1], " "))
	}
	return calls, err
}

// someDigest is what the program prints last but one.
func someDigest(digit string) string { return "digest: sha256:" + strings.Repeat(digit, 64) + "\n" }

func TestConformanceIsAboutTheProvidersThatWereAskedFor(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]spec.Spec{
		"-v": plan.CPU("1.21.0"),
		"-provider cuda -digest -v, -provider dnnl -digest -v": plan.With(plan.CPU("1.21.0"), spec.Shared, spec.DNNL, spec.CUDA),
	} {
		calls, err := withONNX(t, func(cmd run.Cmd) error {
			if strings.Contains(cmd.String(), "-provider cuda") {
				return errors.New("there is no GPU")
			}
			_, err := fmt.Fprint(cmd.Stdout, someDigest("a"))
			return err
		}, func(ctx context.Context, c *command.Command) error { return c.ConformanceOf(ctx, s, "-v") })
		require.Equal(t, want, strings.Join(calls, ", "))
		if s.Has(spec.CUDA) {
			require.ErrorContains(t, err, "with cuda: run the conformance tests")
			continue
		}
		require.NoError(t, err)
	}
}

func TestFormsAreComparedAlsoForAReleaseOfWhichNothingIsKnown(t *testing.T) {
	t.Parallel()
	digits := []string{"a", "b"}
	calls, err := withONNX(t, func(cmd run.Cmd) error {
		_, err := fmt.Fprint(cmd.Stdout, someDigest(digits[0]))
		digits = digits[1:]
		return err
	}, func(ctx context.Context, c *command.Command) error {
		return c.ConformanceOfForms(ctx, "1.21.0", spec.DNNL)
	})
	require.Equal(t, []string{"-provider dnnl -digest -unlisted", "-provider dnnl -digest -unlisted"}, calls)
	require.ErrorContains(t, err, "compare the outputs of two forms of linking (dnnl): shared gives sha256:aaaa")
}
