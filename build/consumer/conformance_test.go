package consumer_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/consumer"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

func TestConformanceOnAProviderReturnsTheDigest(t *testing.T) {
	t.Parallel()
	digest := "sha256:" + strings.Repeat("0a", 32)
	for name, text := range map[string]string{
		"text": "running 2 cases\ndigest: " + digest + "\nconformance: 1 passed\n",
		"JSON": "{\n  \"unsupported\": 1,\n  \"digest\": \"" + digest + "\",\n  \"verdict\": {}\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runner := &run.Recorder{Answer: func(_ context.Context, cmd run.Cmd) error {
				_, err := fmt.Fprint(cmd.Stdout, text)
				return err
			}}
			var out strings.Builder
			user := consumer.Consumer{Runner: runner, Root: "/repository", Env: []string{"A=b"}, Out: &out}
			got, err := user.ConformanceOn(t.Context(), spec.DNNL, "onnx.tar.gz", "-json")
			require.NoError(t, err)
			require.Equal(t, digest, got)
			require.Equal(t, text, out.String(), "a person sees it too")
			require.Equal(t, "cd /repository/ortwrap && env A=b go run ./cmd/conformance -provider dnnl -digest -json onnx.tar.gz",
				runner.Commands()[0].String())
		})
	}
}

func TestConformanceWithoutDigestIsAnError(t *testing.T) {
	t.Parallel()
	for want, answer := range map[string]error{"prints no digest": nil, "exit status 1": errors.New("exit status 1")} {
		user := consumer.Consumer{Runner: &run.Recorder{Answer: func(context.Context, run.Cmd) error { return answer }}}
		_, err := user.ConformanceOn(t.Context(), spec.DNNL, "onnx.tar.gz")
		require.ErrorContains(t, err, want)
		require.Contains(t, fault.Format(err), "known_failures_dnnl.txt")
	}
}
