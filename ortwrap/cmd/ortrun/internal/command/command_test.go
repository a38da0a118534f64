package command_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/command"
)

var commands = []string{"inspect", "run", "bench", "verify", "providers", "version"}

func TestHelpNamesEveryCommandAndEveryExitCode(t *testing.T) {
	t.Parallel()
	out := good(t)
	require.Equal(t, out, good(t, "--help"))
	for _, want := range append(commands, "completion", "  130  interrupted") {
		require.Contains(t, out, want)
	}
	for _, name := range commands {
		help := good(t, name, "--help")
		require.Contains(t, help, "Examples:\n  ortrun "+name, name)
	}
}

func TestCompletionScriptsKnowTheCommands(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		require.Contains(t, good(t, "completion", shell), "ortrun", shell)
	}
	list := good(t, "__complete", "")
	for _, name := range commands {
		require.Contains(t, list, name+"\t")
	}
	require.Contains(t, good(t, "__complete", "bench", "--optimization", ""), "extended\n")
	require.Contains(t, good(t, "__complete", "run", "--provider", ""), "cpu\n")
	require.Contains(t, good(t, "__complete", "run", "--layout", ""), "nhwc\n")
	require.Equal(t, "onnx\nort\n:8\n", good(t, "__complete", "inspect", ""), "names of model files")
	require.Equal(t, ":4\n", good(t, "__complete", "inspect", "x", ""), "nothing after the model")
}

func TestWrongUseIsCode2WithAHint(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		`ortrun: unknown command "frobnicate" for "ortrun" (see "ortrun --help")`:                {"frobnicate"},
		`ortrun bench: unknown flag: --nope (see "ortrun bench --help")`:                         {"bench", "--nope"},
		`ortrun run: expected one model file, got 0 arguments (see "ortrun run --help")`:         {"run"},
		`ortrun inspect: expected one model file, got 2 arguments (see "ortrun inspect --help")`: {"inspect", "a", "b"},
		`ortrun version: unknown command "x" for "ortrun version" (see "ortrun version --help")`: {"version", "x"},
		`ortrun run: optimization "most": expected none, basic, extended or all (see "ortrun run --help")`: {
			"run", digits, "--optimization", "most",
		},
		`ortrun run: -1 threads: expected 0 (one a core) or more (see "ortrun run --help")`: {
			"run", digits, "--threads", "-1",
		},
		`ortrun run: batch 0: expected 1 or more (see "ortrun run --help")`: {"run", digits, "--batch", "0"},
		`ortrun run: --top 0: expected 1 or more (see "ortrun run --help")`: {"run", digits, "--top", "0"},
		`ortrun run: --labels is of use with --top only (see "ortrun run --help")`: {
			"run", digits, "--labels", "x",
		},
		`ortrun run: --output "y.txt": expected a name that ends in .npz or .json (see "ortrun run --help")`: {
			"run", digits, "-o", "y.txt",
		},
		`ortrun verify: --repeat 0: expected 1 or more (see "ortrun verify --help")`: {
			"verify", digits, "--repeat", "0",
		},
		`ortrun verify: --atol, --rtol, --sum-tolerance and --worst can't be negative (see "ortrun verify --help")`: {
			"verify", digits, "--atol", "-1",
		},
		`ortrun run: expected a model file, got an empty name (see "ortrun run --help")`: {"run", ""},
		`ortrun help: unknown command "nope" for "ortrun" (see "ortrun help --help")`:    {"help", "nope"},
		`ortrun completion: unknown command "nope" for "ortrun completion" (see "ortrun completion --help")`: {
			"completion", "nope",
		},
		`ortrun run: unusable input: layout "chw": expected nchw or nhwc (see "ortrun run --help")`: {
			"run", digits, "--layout", "chw",
		},
		`ortrun run: unusable input: --mean has 2 numbers: expected 1 for all channels or 3 (see "ortrun run --help")`: {
			"run", digits, "--mean", "1,2",
		},
		`ortrun run: unusable input: --std has a 0: expected other numbers, which pixels are divided by ` +
			`(see "ortrun run --help")`: {
			"run", digits, "--std", "1,0,1",
		},
		`ortrun run: unusable input: --width and --height can't be negative (see "ortrun run --help")`: {
			"run", digits, "--width", "-5",
		},
		`ortrun run: reading input "img=x.npy": unusable input: there is no file "img=x.npy", nor does it begin with an ` +
			`input's name and "=": the model takes image float32[batch, 64] (see "ortrun run --help")`: {
			"run", digits, "-i", "img=x.npy",
		},
		`ortrun run: reading input "image=": unusable input: expected a file (.npy, .json, .png, .jpeg) or JSON, got ` +
			`nothing (see "ortrun run --help")`: {"run", digits, "-i", "image="},
		`ortrun verify: --expected "` + digits + `": expected a .npz or .json file, or a folder ` +
			`(see "ortrun verify --help")`: {
			"verify", digits, "-e", digits,
		},
		`ortrun bench: --duration and --runs can't be used together (see "ortrun bench --help")`: {
			"bench", digits, "--runs", "1", "--duration", "1s",
		},
		`ortrun bench: --runs and --duration must be more than 0, --warmup not less (see "ortrun bench --help")`: {
			"bench", digits, "--runs", "0",
		},
		`ortrun bench: 0 callers: expected 1 or more (see "ortrun bench --help")`: {
			"bench", digits, "--callers", "0",
		},
		`ortrun bench: --compare "threads=1": expected two or more cases (see "ortrun bench --help")`: {
			"bench", digits, "--compare", "threads=1",
		},
		`ortrun bench: --compare "speed=1": unknown setting "speed": expected provider, threads, optimization, batch ` +
			`or callers (see "ortrun bench --help")`: {"bench", digits, "--compare", "speed=1", "--compare", "threads=1"},
		`ortrun bench: --compare "threads=x": strconv.Atoi: parsing "x": invalid syntax (see "ortrun bench --help")`: {
			"bench", digits, "--compare", "threads=x", "--compare", "threads=1",
		},
		`ortrun bench: --compare can't be used with lists of --threads, --batch or --callers: put them in its cases ` +
			`(see "ortrun bench --help")`: {"bench", digits, "--threads", "1,2", "--compare", "batch=1", "--compare", "batch=2"},
	} {
		require.Equal(t, want, bad(t, command.ExitUsage, args...))
	}
}

func TestAModelThatIsNotThereIsCode3(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "missing.onnx")
	for _, name := range []string{"inspect", "run", "bench", "verify"} {
		line := bad(t, command.ExitRun, name, missing)
		require.Contains(t, line, "ortrun "+name+": opening ")
		require.True(t, strings.HasSuffix(line, missing+`": no such file`), line)
	}
	require.Contains(t, bad(t, command.ExitRun, "run", testModel("models.py")), "opening ")
	require.Contains(t, bad(t, command.ExitRun, "run", t.TempDir()), ": it cannot be read: is a directory (")
}

func TestVersionIsThatOfTheLibrary(t *testing.T) {
	t.Parallel()
	require.Regexp(t, `^ortrun on ONNX Runtime `+ortwrap.Version()+` \(\w+, \w+/\w+\)\n$`, good(t, "version"))
}

func TestProvidersAreListed(t *testing.T) {
	t.Parallel()
	out := good(t, "providers")
	require.Regexp(t, `^PROVIDER +COMPILED IN +USABLE +WHY NOT\n`, out)
	require.Regexp(t, `(?m)^CPUExecutionProvider +yes +yes`, out)
	require.Regexp(t, `(?m)^ONNX Runtime +`+ortwrap.Version(), out)
	got := decode[struct {
		Providers []struct {
			Name             string
			Compiled, Usable bool
			Reason           string
		}
		Devices   []any
		NoDevices string
		Build     map[string]any
	}](t, good(t, "providers", "--json"))
	last := got.Providers[len(got.Providers)-1]
	require.Equal(t, "CPUExecutionProvider", last.Name)
	require.True(t, last.Compiled && last.Usable)
	require.Equal(t, ortwrap.Version(), got.Build["version"])
	for _, p := range got.Providers {
		require.Equal(t, p.Usable, p.Reason == "", p.Name)
	}
	require.NotNil(t, got.Devices)
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAResultThatCannotBeWrittenIsAnError(t *testing.T) {
	t.Parallel()
	var err bytes.Buffer
	code := command.Run(t.Context(), []string{"version"}, command.Streams{Out: full{}, Err: &err})
	require.Equal(t, command.ExitRun, code)
	require.Equal(t, "ortrun version: writing the result: no space left on device\n", err.String())
}

func TestAnInterruptIsCode130(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, err bytes.Buffer
	code := command.Run(ctx, []string{"run", digits}, command.Streams{Out: &out, Err: &err})
	require.Equal(t, command.ExitInterrupted, code)
	require.Equal(t, "random: image\nortrun run: interrupted\n", err.String())
	require.Empty(t, out.String())
}
