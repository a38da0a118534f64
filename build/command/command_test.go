package command_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/command"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/settings"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

func TestToolPathEndsWithTheFoldersOfProvidedTools(t *testing.T) {
	t.Parallel()
	tools := toolchain.Set{
		CC:    toolchain.Tool{Name: toolchain.CC, Path: "/opt/gcc/bin/cc", Origin: toolchain.Machine},
		CMake: toolchain.Tool{Name: toolchain.CMake, Path: "/home/me/tools/cmake/bin/cmake", Origin: toolchain.Upstream},
		Ninja: toolchain.Tool{Name: toolchain.Ninja, Path: "/home/me/tools/debian/bin/ninja", Origin: toolchain.Debian},
		Patch: toolchain.Tool{Name: toolchain.Patch, Path: "/home/me/tools/debian/bin/patch", Origin: toolchain.Debian},
	}
	for _, c := range []struct {
		name    string
		tools   toolchain.Set
		environ []string
		want    string
	}{
		{
			"the machine's own come first", tools,
			[]string{"A=1", "PATH=/usr/bin:/bin", "HOME=/home/me"},
			"PATH=/usr/bin:/bin:/home/me/tools/cmake/bin:/home/me/tools/debian/bin",
		},
		{
			"a folder that is there is not added", tools,
			[]string{"PATH=/home/me/tools/debian/bin:/bin"},
			"PATH=/home/me/tools/debian/bin:/bin:/home/me/tools/cmake/bin",
		},
		{"nothing was provided", toolchain.Set{CC: tools.CC}, []string{"PATH=/bin"}, "PATH=/bin"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, tool := range []*toolchain.Tool{
				&c.tools.CC, &c.tools.CXX, &c.tools.AR, &c.tools.CMake, &c.tools.Ninja, &c.tools.Protoc, &c.tools.Patch,
				&c.tools.Python, &c.tools.PkgConfig,
			} {
				if tool.Path == "" {
					*tool = toolchain.Tool{Path: "/usr/bin/x", Origin: toolchain.Machine}
				}
			}
			require.Equal(t, c.want, command.ToolPath(c.tools, c.environ))
		})
	}
}

func TestPrintWritesJSONWhereItIsAskedFor(t *testing.T) {
	t.Parallel()
	text := func(w io.Writer) error {
		_, err := io.WriteString(w, "for people\n")
		return err
	}
	for asked, want := range map[bool]string{false: "for people\n", true: "{\n  \"a\": 1\n}\n"} {
		var out bytes.Buffer
		c := &command.Command{Settings: settings.Settings{JSON: asked}, Out: &out}
		require.NoError(t, c.Print(map[string]int{"a": 1}, text))
		require.Equal(t, want, out.String())
	}
	c := &command.Command{Settings: settings.Settings{JSON: true}, Out: io.Discard}
	var unsupported *json.UnsupportedTypeError
	require.ErrorAs(t, c.Print(func() {}, text), &unsupported)
}

func TestAnErrorIsShownWithItsLog(t *testing.T) {
	t.Parallel()
	cause := errors.New("exit status 2")
	err := command.Shown(fmt.Errorf("compile: %w", &fault.Error{Op: "run ninja", Err: cause, Tail: "x.cc:7", Hint: "mend it"}), "/a.log")
	require.EqualError(t, err, "compile: run ninja: exit status 2\n  | x.cc:7\nnext: mend it\nlog:  /a.log")
	require.ErrorIs(t, err, cause)

	require.EqualError(t, command.Shown(cause, ""), "exit status 2")
	stopped := command.Shown(fmt.Errorf("ninja was stopped: %w", context.Canceled), "")
	require.EqualError(t, stopped, "ninja was stopped: context canceled\nnext: run it again, it goes on where it was")
}

// failing is a writer on a full disk.
type failing struct{ got []byte }

func (f *failing) Write(data []byte) (int, error) {
	f.got = append(f.got, data...)
	return 0, errors.New("no space left on device")
}

func TestALogThatCannotBeWrittenStopsNobody(t *testing.T) {
	t.Parallel()
	disk := &failing{}
	n, err := io.WriteString(command.Lenient(disk), "line\n")
	require.NoError(t, err)
	require.Equal(t, 5, n)
	require.Equal(t, "line\n", string(disk.got))
}
