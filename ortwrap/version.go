package ortwrap

import (
	"fmt"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// Build says which ORT a program uses.
type Build struct {
	Version   string   `json:"version"`   // of ORT: "1.21.0"
	API       int      `json:"api"`       // number of its C API: 21
	Providers []string `json:"providers"` // compiled in, by ORT's names, preferred first: "CPUExecutionProvider"
	Link      LinkMode `json:"link"`
	Library   string   `json:"library"` // path of the shared library in use; "" where ORT is part of the program
	// StoreKey names the build in the store of onnxruntime-builder; it stands for all that the build was made from.
	// GlibcFloor is the oldest glibc that it runs on, such as "2.34". Both are "" where that is not known: for an ORT
	// that is not linked statically or was made by something else.
	StoreKey   string `json:"storeKey"`
	GlibcFloor string `json:"glibcFloor"`
	// CUDAArchitectures are the chips that the build has code for: "9.0" is code for compute capability 9.0, "12.0+PTX"
	// is code that the driver translates for 12.0 and newer. CUDAVersion is that of the CUDA toolkit, such as "13.0".
	// Both are empty for a build without CUDA, and where StoreKey is.
	CUDAArchitectures []string `json:"cudaArchitectures"`
	CUDAVersion       string   `json:"cudaVersion"`
	Info              string   `json:"info"` // what ORT says about its own build: branch, commit, build type, compiler flags
}

// Version is the version of ORT, such as "1.21.0"; "" where a library has to be opened first and can't be: [BuildInfo]
// says why.
func Version() string {
	_ = loadLibrary() // a library that is too old can say its version all the same
	return capi.Version()
}

// BuildInfo describes the ORT that the program uses. It initialises nothing. The error is [ErrUnsupportedVersion] where
// ORT is too old to be asked, and [ErrLibrary] where it has to be opened and can't be.
func BuildInfo() (Build, error) {
	if err := loadLibrary(); err != nil {
		return Build{}, fmt.Errorf("asking ONNX Runtime about its build: %w", err)
	}
	providers, err := capi.Providers()
	if err != nil {
		return Build{}, fmt.Errorf("asking ONNX Runtime for its providers: %w", convert(err))
	}
	return Build{
		Version:    capi.Version(),
		API:        capi.API(),
		Providers:  providers,
		Link:       linkMode(),
		Library:    capi.Path(),
		StoreKey:   capi.StoreKey,
		GlibcFloor: capi.GlibcFloor,

		CUDAArchitectures: strings.Fields(capi.CUDAArchitectures),
		CUDAVersion:       capi.CUDAVersion,

		Info: capi.BuildInfo(),
	}, nil
}
