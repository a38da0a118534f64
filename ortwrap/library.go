package ortwrap

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// LinkMode says how ORT came into the program.
type LinkMode string

const (
	// LinkStatic is an ORT that is part of the program's own file.
	LinkStatic LinkMode = "static"
	// LinkShared is an ORT in a shared library that the program was linked against (build tag ortwrap_shared).
	LinkShared LinkMode = "shared"
	// LinkRuntime is an ORT in a shared library that the program opens when it runs (build tag ortwrap_dlopen).
	LinkRuntime LinkMode = "runtime"
)

// UseLibrary opens the shared library of ORT at a path, in a program built with the tag ortwrap_dlopen. It must come
// before anything else uses ORT. A name without slashes is searched for as the system does with libraries; "" stands
// for what a program gets that does not call UseLibrary: the library that the environment variable ORTWRAP_LIBRARY
// names, else libonnxruntime.so or libonnxruntime.so.1 (libonnxruntime.dylib on macOS) by the system's search.
//
// The library stays open as long as the program runs. An error is an [ErrLibrary], and also an [ErrUnsupportedVersion]
// where the library is too old, or an fs.ErrNotExist where there is no file at the path. After one, UseLibrary may be
// called again with another path.
func UseLibrary(path string) error {
	if !capi.Runtime {
		return fmt.Errorf("%w: using %q: ONNX Runtime is linked into this program: "+
			"build it with the tag ortwrap_dlopen", ErrLibrary, path)
	}
	library.Lock()
	defer library.Unlock()
	if library.loaded {
		return fmt.Errorf("%w: using %q: another is in use: call UseLibrary before anything else of ortwrap",
			ErrLibrary, path)
	}
	return library.load(path)
}

// library is the one library of ORT that this process uses.
var library nativeLibrary

type nativeLibrary struct {
	sync.Mutex
	loaded bool
}

// loadLibrary makes sure that the library's functions can be called.
func loadLibrary() error {
	library.Lock()
	defer library.Unlock()
	if library.loaded {
		return nil
	}
	return library.load("")
}

func (l *nativeLibrary) load(path string) error {
	variable := ""
	if path == "" {
		path = os.Getenv("ORTWRAP_LIBRARY")
		variable = "ORTWRAP_LIBRARY: "
	}
	if path == "" {
		variable = "neither UseLibrary nor ORTWRAP_LIBRARY gave a path: "
	}
	if strings.Contains(path, "/") {
		var err error
		if path, err = filepath.Abs(path); err != nil { // the path is shown by BuildInfo
			return fmt.Errorf("%w: %w", ErrLibrary, err)
		}
	}
	if err := capi.Load(path); err != nil {
		return l.explain(variable, err)
	}
	l.loaded = true
	return nil
}

func (l *nativeLibrary) explain(variable string, err error) error {
	if old := (*capi.TooOldError)(nil); errors.As(err, &old) {
		err = fmt.Errorf("%w: %w", ErrUnsupportedVersion, err)
	}
	if !capi.Runtime {
		return err
	}
	return fmt.Errorf("%w: %s%w", ErrLibrary, variable, err)
}

// linkMode is known where the library has been loaded.
func linkMode() LinkMode {
	switch {
	case capi.Runtime:
		return LinkRuntime
	case capi.Path() != "": // however it came: pkg-config can lead to a shared library too
		return LinkShared
	default:
		return LinkStatic
	}
}
