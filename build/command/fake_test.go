//go:build linux

package command_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The fakes get the builder's own, small environment, so a script steers them by files in its home folder.

// knob returns the text of a file in the home folder, without white space at both ends; empty if there is none.
func knob(name string) string {
	text, _ := os.ReadFile(filepath.Join(os.Getenv("HOME"), name))
	return strings.TrimSpace(string(text))
}

// note adds a line to a file in the home folder.
func note(name, line string) {
	file, err := os.OpenFile(filepath.Join(os.Getenv("HOME"), name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	fmt.Fprintln(file, line)
}

// fake notes the call in the file "calls" and carries it out. Its error is printed, and makes the status 1.
func fake(name string, do func(args []string) error) (status int) {
	folder := filepath.Dir(os.Getenv("HOME"))
	note("calls", strings.ReplaceAll(strings.Join(append([]string{name}, os.Args[1:]...), " "), folder, "$WORK"))
	if err := do(os.Args[1:]); err != nil {
		// As programs in C say it.
		fmt.Fprintln(os.Stderr, strings.ReplaceAll(err.Error(), "no space left", "No space left"))
		return 1
	}
	return 0
}

// says is a program that prints one line, whatever it is asked.
func says(name, line string) func() {
	return func() {
		os.Exit(fake(name, func([]string) error {
			fmt.Println(line)
			return nil
		}))
	}
}

// after returns the argument that follows name.
func after(args []string, name string) string {
	for i := range len(args) - 1 {
		if args[i] == name {
			return args[i+1]
		}
	}
	return ""
}

// fakeGo writes a program that prints its arguments where "go build" is asked for one, names the script's own where "go
// tool" is, and else does nothing.
func fakeGo(args []string) error {
	if failure := knob("go-fails"); failure != "" {
		return errors.New(failure)
	}
	if args[0] == "tool" {
		fmt.Println(filepath.Join(filepath.Dir(os.Getenv("HOME")), "tools", args[len(args)-1]))
		return nil
	}
	if slices.Contains(args, "-list") {
		fmt.Println(knob("fuzz-list"))
		return nil
	}
	if test := strings.Trim(after(args, "-fuzz"), "^$"); test != "" && test == knob("fuzz-fails") {
		fmt.Printf("--- FAIL: %s (0.01s)\n    Failing input written to testdata/fuzz/%[1]s/8a3f\nFAIL\n", test)
		return errors.New("exit status 1")
	}
	if path := after(args, "-o"); path != "" {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if args[0] == "test" { // benchmarks: twice as fast with the library inside
			return os.WriteFile(path, []byte("#!/bin/sh\nn=100\n[ -z \"$ORTWRAP_LIBRARY\" ] || n=200\n"+
				"echo BenchmarkRun/small/ortwrap-2 10 $n ns/op\necho BenchmarkRun/small/onnxruntime_go-2 10 400 ns/op\n"+
				"for m in $ORTWRAP_MODELS/*.onnx; do m=${m##*/}; echo BenchmarkModel/${m%.onnx} 1 $n ns/op; done\n"), 0o755)
		}
		if program := knob("go-links"); program != "" {
			data, err := os.ReadFile(filepath.Join(os.Getenv("HOME"), program))
			if err != nil {
				return err
			}
			return os.WriteFile(path, data, 0o755)
		}
		return os.WriteFile(path, []byte("#!/bin/sh\ncase $1 in\n-json) echo '{\"program\": \"quickstart\"}' ;;\n*) echo sample program: \"$@\" ;;\nesac\n"), 0o755)
	}
	fmt.Println("go", strings.Join(args, " "))
	return nil
}
