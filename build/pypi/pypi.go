// Package pypi fetches files of the Python package index through pip: its index, its proxy, its certificates, as this
// machine has configured them. No host is named here, and nothing is installed.
//
// Where Python has no pip, pip comes from the Debian package python3-pip-whl: one file that Python runs as it is. A pip that
// is too old fetches a newer one, pinned.
//
//	client, err := pypi.Discover(ctx, runner, tools, archive)
//	path, err := client.Download(ctx, pypi.File{Requirement: "nvidia-cuda-crt==13.0.88", SHA256: sum, Name: wheel}, dir, nil)
package pypi

import (
	"errors"
	"fmt"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

var (
	// ErrNoPip tells that this machine has no pip that serves, and cannot be given one.
	ErrNoPip = errors.New("this machine has no pip")
	// ErrNoVersion tells that the index has no such project, or not in this version or for this platform.
	ErrNoVersion = errors.New("the index has no such file")
	// ErrUnreachable tells that the index did not answer.
	ErrUnreachable = errors.New("the index of Python packages cannot be reached")
)

// Client is a pip that answers. [Discover] makes one.
type Client struct {
	Runner  run.Runner
	Command []string // "python3 -m pip" or "python3 …/pip-23.0.1-py3-none-any.whl/pip", a word each
	Version string   // "23.0.1"

	old bool // it lacks options, and is good for one thing: to download a newer pip
}

// File is one file of the index.
type File struct {
	Requirement string // project and version: "nvidia-cuda-crt==13.0.88"
	SHA256      digest.Digest
	Name        string // of a wheel: "nvidia_cuda_crt-13.0.88-py3-none-manylinux2014_x86_64.whl"
}

// MismatchError tells that the index has another file than the pinned one.
type MismatchError struct{ Want, Got digest.Digest }

func (e *MismatchError) Error() string {
	return fmt.Sprintf("not the pinned file: wanted %v, got %v", e.Want, e.Got)
}

// pipError is what a run of pip came to, in plain words, and its end for those who want to see what pip printed.
type pipError struct {
	plain error
	exit  *run.ExitError
}

func (e *pipError) Error() string { return e.plain.Error() }

func (e *pipError) Unwrap() []error { return []error{e.plain, e.exit} }
