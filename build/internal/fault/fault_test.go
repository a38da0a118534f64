package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

func TestFormatAnswersEveryQuestionOnce(t *testing.T) {
	t.Parallel()
	cause := errors.New("exit status 2")
	inner := &fault.Error{Op: "compile", On: "gelu.cc", Err: cause, Tail: "gelu.cc:7: error\nstop\n", Hint: "inner advice"}
	outer := &fault.Error{Op: "build onnxruntime 1.21.0", Err: inner, Hint: "run it again"}

	require.Equal(t, `build onnxruntime 1.21.0: compile (gelu.cc): exit status 2
  | gelu.cc:7: error
  | stop
next: run it again`, fault.Format(outer))
	require.ErrorIs(t, outer, cause)
}

func TestFormatFindsFaultsBehindPlainErrors(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("fetching: %w", &fault.Error{Op: "open", On: "x", Err: errors.New("denied"), Hint: "chmod x"})
	require.Equal(t, "fetching: open (x): denied\nnext: chmod x", fault.Format(err))
	require.Equal(t, "plain", fault.Format(errors.New("plain")))
}
