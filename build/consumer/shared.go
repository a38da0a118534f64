package consumer

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// exports is the linker's version script: a shared library has the names of ONNX Runtime's C API, and no other.
const exports = `{
  global: OrtGetApiBase; OrtSessionOptionsAppendExecutionProvider_*;
  local: *;
};
`

// BuildShared links the archive of the install tree at tree as a shared library and writes it to path. No user needs
// one: it stands for other makers' libraries in the tests of ortwrap's other link modes. For Linux.
func BuildShared(ctx context.Context, runner run.Runner, cxx, tree, path string) error {
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path+".map", []byte(exports), 0o600)
	}
	if err == nil {
		cmd := audit.LinkCommand(spec.Host(), cxx, filepath.Join(tree, "lib", "libonnxruntime.a"), path)
		cmd.Args = append(cmd.Args, "-Wl,--version-script="+path+".map", "-Wl,-soname,"+filepath.Base(path))
		err = runner.Run(ctx, cmd)
	}
	if err != nil {
		return &fault.Error{Op: "link the archive as a shared library", On: path, Err: err, Hint: "go tool mage doctor"}
	}
	return nil
}

// Opening returns a consumer whose programs open the shared library at path when they run.
func (c *Consumer) Opening(path string) *Consumer {
	opening := *c
	opening.tag = openingTag
	opening.Env = append(slices.Clone(c.Env), "ORTWRAP_LIBRARY="+path)
	return &opening
}

// openingTag is ortwrap's build tag for programs that open the library when they run.
const openingTag = "ortwrap_dlopen"
