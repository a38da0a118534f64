package toolchain

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// launchers are the compiler caches that are used without being asked for.
var launchers = []string{"ccache", "sccache"}

// launcher chooses a compiler cache; nil is none. One that was asked for must be there and run.
func (f *Finder) launcher(ctx context.Context, choice string, files *cache) (*Tool, error) {
	var paths []string
	switch choice {
	case "none", "off":
		return nil, nil
	case "":
		paths = lookAll(launchers, f.Env)
	default:
		paths = lookDriver(choice, f.Env)
	}
	err := errors.New("there is no such program")
	for _, path := range paths {
		name := filepath.Base(path)
		k := kind{name: name, args: []string{"--version"}}
		var version string
		if version, _, err = f.ask(ctx, k, path, files); err == nil {
			return &Tool{Name: name, Path: path, Version: version, Origin: Machine}, nil
		}
	}
	if choice == "" { // a build without a compiler cache is slower, no more
		return nil, nil
	}
	return nil, &fault.Error{
		Op: "use the compiler cache", On: "ORT_LAUNCHER=" + choice, Err: err,
		Hint: "install it, or set ORT_LAUNCHER=none",
	}
}

// masquerades tells whether a compiler is a link to a compiler cache, as in Debian's /usr/lib/ccache.
func masquerades(compiler string) bool {
	path, err := filepath.EvalSymlinks(compiler)
	return err == nil && slices.Contains(launchers, filepath.Base(path))
}
