package plan

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

// Version is the release that was asked for, or the default one.
func (b *Builder) Version() string {
	if b.Settings.Version != "" {
		return b.Settings.Version
	}
	return release.Default
}

// Reachable is [Builder.Version] where its archive can be had. Where nothing was asked for and the default release is out
// of reach, it is the newest release that is not, and the console says so. Only targets that show or test something may
// use it: a build must build what it was asked for.
func (b *Builder) Reachable(ctx context.Context) (string, error) {
	if b.Settings.Version != "" || b.Settings.SourceDir != "" {
		return b.Version(), nil
	}
	b.Console.Line("ORT_VERSION is not set: looking for the newest release that can be reached")
	var why []string
	for _, version := range release.Versions() {
		r, err := b.Releases(version)
		if err != nil {
			return "", err
		}
		err = b.Fetch.Reach(ctx, r.Source)
		if ctx.Err() != nil {
			return "", fmt.Errorf("choosing a release: %w", context.Cause(ctx))
		}
		if err == nil {
			if len(why) > 0 {
				b.Console.Line("taking %s (%s)", version, strings.Join(why, "; "))
			}
			return version, nil
		}
		why = append(why, fmt.Sprintf("%s: %s", version, strings.ReplaceAll(err.Error(), "\n", ", ")))
	}
	return "", &fault.Error{
		Op: "choose a release", Err: errors.New("none can be reached"), Tail: strings.Join(why, "\n"),
		Hint: "set ORT_MIRROR to a folder or URL that has the archives (go tool mage vendor makes one)",
	}
}
