package matrix

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// FindEngine returns the engine of a name or, without one, the first that answers.
func FindEngine(ctx context.Context, r run.Runner, name string) (Engine, error) {
	var names []string
	var errs []error
	for _, e := range engines {
		names = append(names, e.Name())
		if name != "" && name != e.Name() {
			continue
		}
		err := r.Run(ctx, e.Answers())
		if err == nil {
			return e, nil
		}
		if ctx.Err() != nil {
			return nil, err
		}
		errs = append(errs, fmt.Errorf("%s: %w", e.Name(), err))
	}
	hint := "install buildah or podman, or start docker; docs/containers.md says what each needs"
	if len(errs) == 0 {
		errs = []error{errors.New("there is no such engine")}
		hint = "set ORT_ENGINE to one of " + strings.Join(names, ", ")
	}
	return nil, &fault.Error{Op: "find what runs containers", On: name, Err: errors.Join(errs...), Hint: hint}
}
