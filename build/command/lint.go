package command

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// Lint checks the form of the code in both modules. The first call compiles golangci-lint.
func Lint(ctx context.Context, c *Command) error {
	linter, err := c.goTool(ctx, "golangci-lint")
	if err != nil {
		return err
	}
	return c.inModules(ctx, func(m module, env []string) error {
		return c.checkAs(ctx, "lint", lintModule(linter, c.Root, m, env))
	})
}

// lintModule is the call of golangci-lint. Its rules, build tags among them, stand in one file for both modules.
func lintModule(linter, root string, m module, env []string) run.Cmd {
	return run.Cmd{
		Path: linter, Args: []string{"run", "--config", filepath.Join(root, ".golangci.yml"), "./..."},
		Dir: filepath.Join(root, m.folder), Env: env,
	}
}

// Vuln looks for known vulnerabilities in what both modules call, tests included.
func Vuln(ctx context.Context, c *Command) error {
	if c.Settings.Offline {
		return &fault.Error{
			Op: "look for known vulnerabilities", Err: errors.New("ORT_OFFLINE is set, and Go's database of them is on the network"),
			Hint: "unset ORT_OFFLINE",
		}
	}
	program, err := c.goTool(ctx, "govulncheck")
	if err != nil {
		return err
	}
	blind := false // it could not look, and could not in the next module either
	return c.inModules(ctx, func(m module, env []string) error {
		if blind {
			return nil
		}
		err := c.checkAs(ctx, "vuln", vulnModule(program, c.Root, m, env))
		if exit, ok := errors.AsType[*run.ExitError](err); ok {
			blind = exit.Code != vulnerable
		}
		return vulnFault(m, err)
	})
}

func vulnModule(program, root string, m module, env []string) run.Cmd {
	args := []string{"-test"}
	if m.tags != "" {
		args = append(args, "-tags", m.tags)
	}
	return run.Cmd{Path: program, Args: append(args, "./..."), Dir: filepath.Join(root, m.folder), Env: env}
}

// vulnerable is govulncheck's exit status for a finding; every other one means that it could not look.
const vulnerable = 3

// vulnFault tells a finding from a search that did not take place.
func vulnFault(m module, err error) error {
	var exit *run.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	f := &fault.Error{
		Op: "look for known vulnerabilities", On: m.folder, Err: fmt.Errorf("govulncheck could not look: %w", exit.Err), Tail: exit.Tail,
		Hint: "it needs vuln.go.dev; behind a proxy set https_proxy",
	}
	if exit.Code == vulnerable {
		f.Err, f.Tail = errors.New("code that is called has some: the output above names them"), ""
		f.Hint = "raise the module that is named, or Go itself; docs/dependencies.md says what each is for"
	}
	return f
}
