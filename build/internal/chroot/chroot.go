// Package chroot finds a way to start a program in another root folder, with or without the rights of root.
//
//	words, err := chroot.Words(ctx, runner, dir)
//	err = runner.Run(ctx, run.Cmd{Path: words[0], Args: append(words[1:], "/program")})
package chroot

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// ErrForbidden tells that this process may not enter another root.
var ErrForbidden = errors.New("no other root can be entered here")

// Words returns what stands before a command so that dir is its root folder. The command inherits no environment:
// LD_LIBRARY_PATH, say, would help it. Without the rights of root a user namespace is made, which some systems forbid:
// then the error wraps [ErrForbidden] and says why.
func Words(ctx context.Context, runner run.Runner, dir string) ([]string, error) {
	clean := []string{"env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
	ways := [][]string{{"unshare", "-r", "chroot"}}
	if os.Geteuid() == 0 {
		ways = slices.Insert(ways, 0, []string{"chroot"})
	}
	var problems []error
	for _, way := range ways {
		enter := slices.Concat(clean, way)
		err := runner.Run(ctx, run.Cmd{Path: enter[0], Args: append(slices.Clone(enter[1:]), "/", "true")})
		if err == nil {
			return append(enter, dir), nil
		}
		problems = append(problems, err)
	}
	if cause := context.Cause(ctx); cause != nil {
		return nil, cause
	}
	return nil, fmt.Errorf("%w: %w", ErrForbidden, errors.Join(problems...))
}
