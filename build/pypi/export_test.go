package pypi

import (
	"context"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// ParseTarget returns the options for a wheel of that name.
func ParseTarget(name string) ([]string, error) {
	t, err := parseTags(name)
	return t.target(), err
}

// Commands returns the two calls for a wheel of that name.
func (c Client) Commands(name, wish, temp, dir, project string) (download, ask run.Cmd) {
	t, _ := parseTags(name)
	return c.downloadCommand(t, wish, temp, dir), c.askCommand(t, project)
}

// DiscoverBelow is [Discover] with another folder for what the system has.
func DiscoverBelow(
	ctx context.Context, r run.Runner, dir, system string, archive func(context.Context) (debian.Archive, error),
) (Client, error) {
	return discovery{runner: r, dir: dir, system: system}.discover(ctx, archive)
}
