package ortwrap

import (
	"fmt"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// LinkMode says how ORT came into the program.
type LinkMode string

const (
	// LinkStatic is an ORT that is part of the program's own file.
	LinkStatic LinkMode = "static"
	// LinkShared is an ORT in a shared library that the program was linked against.
	LinkShared LinkMode = "shared"
)

// Build says which ORT a program contains.
type Build struct {
	Version   string   `json:"version"`   // of ORT: "1.21.0"
	API       int      `json:"api"`       // number of its C API: 21
	Providers []string `json:"providers"` // compiled in, by ORT's names, preferred first: "CPUExecutionProvider"
	Link      LinkMode `json:"link"`
	Info      string   `json:"info"` // what ORT says about its own build: branch, commit, build type, compiler flags
}

// Version is the version of the ORT that is linked in, such as "1.21.0".
func Version() string { return capi.Version() }

// BuildInfo describes the ORT that is linked in. It initialises nothing. The error is [ErrUnsupportedVersion] where ORT
// is too old to be asked.
func BuildInfo() (Build, error) {
	env.lock.Lock()
	defer env.lock.Unlock()
	if err := loadLibrary(); err != nil {
		return Build{}, fmt.Errorf("asking ONNX Runtime about its build: %w", err)
	}
	providers, err := capi.Providers()
	if err != nil {
		return Build{}, fmt.Errorf("asking ONNX Runtime for its providers: %w", convert(err))
	}
	link := LinkStatic
	if capi.Shared() {
		link = LinkShared
	}
	return Build{
		Version:   capi.Version(),
		API:       capi.API(),
		Providers: providers,
		Link:      link,
		Info:      capi.BuildInfo(),
	}, nil
}
