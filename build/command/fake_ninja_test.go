//go:build linux

package command_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// fakeNinja makes the archives of the targets that it is given, but for those that are there. The files that steer it
// hold the name of a target:
//
//	ninja-fails   its compiler fails
//	ninja-holds   its compiler takes as long as this file is there; ninja-held then has the ids of both processes
//	sources/NAME.c and NAME.S   are compiled for the target NAME, instead of what the stand-in has
func fakeNinja(args []string) error {
	if args[0] == "--version" {
		fmt.Println("1.12.1")
		return nil
	}
	build := after(args, "-C")
	text, err := os.ReadFile(filepath.Join(build, "build.ninja"))
	if err != nil {
		return fmt.Errorf("ninja: error: loading 'build.ninja': %w", err)
	}
	var paths map[string]string
	if err := json.Unmarshal(text, &paths); err != nil {
		return fmt.Errorf("ninja: error: build.ninja: %w", err)
	}
	todo := slices.DeleteFunc(args[slices.Index(args, "-j")+2:], func(target string) bool {
		return exists(filepath.Join(build, paths[target])) == nil
	})
	if len(todo) == 0 {
		fmt.Println("ninja: no work to do.")
	}
	for i, target := range todo {
		if paths[target] == "" {
			return fmt.Errorf("ninja: error: unknown target '%s'", target)
		}
		if target == knob("ninja-fails") {
			fmt.Printf("FAILED: [code=1] %s.cc.o \nc++ -c %[1]s.cc\n%[1]s.cc:7:10: error: no such thing\n", target)
			return errors.New("ninja: build stopped: subcommand failed.")
		}
		if err := hold(target); err != nil {
			return err
		}
		if err := compile(target, filepath.Join(build, paths[target])); err != nil {
			return err
		}
		status := strings.NewReplacer("%f", strconv.Itoa(i+1), "%t", strconv.Itoa(len(todo))).Replace(os.Getenv("NINJA_STATUS"))
		fmt.Printf("%sLinking CXX static library %s\n", status, paths[target])
	}
	return nil
}

// hold keeps a compiler running for the target while there is a reason to. Like the real ninja it ends the compiler when
// it is asked to end itself.
func hold(target string) error {
	if target != knob("ninja-holds") {
		return nil
	}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM, os.Interrupt)
	compiler := exec.Command("sleep", "60") //nolint:noctx // a real ninja has none either
	compiler.SysProcAttr = &syscall.SysProcAttr{Setpgid: false}
	if err := compiler.Start(); err != nil {
		return err
	}
	note("ninja-held", strconv.Itoa(os.Getpid()))
	note("ninja-held", strconv.Itoa(compiler.Process.Pid))
	var err error
	for target == knob("ninja-holds") && err == nil {
		select {
		case <-ended:
			err = errors.New("ninja: build stopped: interrupted by user.")
		case <-time.After(10 * time.Millisecond):
		}
	}
	_ = compiler.Process.Kill()
	_ = compiler.Wait()
	return err
}

// compile makes the archive of a target at path: a copy of the stand-in's, which a real compiler has made, or a new one.
func compile(target, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	home := os.Getenv("HOME")
	sources, _ := filepath.Glob(filepath.Join(home, "sources", target+".[cS]"))
	if len(sources) == 0 {
		return copyTo(path, filepath.Join(home, "archives", target+".a"))
	}
	ar := []string{"ar", "qcs", path}
	for _, source := range sources {
		// From a copy in the build folder, and by its whole path, so that __FILE__ names that folder.
		file := path + filepath.Ext(source)
		if err := errors.Join(copyTo(file, source), tool("cc", "-fPIC", "-c", file, "-o", file+".o")); err != nil {
			return err
		}
		ar = append(ar, file+".o")
	}
	return tool(ar...)
}

func copyTo(path, from string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(path+".new", content, 0o644), os.Rename(path+".new", path))
}

func tool(command ...string) error {
	if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil { //nolint:noctx // see above
		return fmt.Errorf("%s: %w\n%s", command[0], err, out)
	}
	return nil
}
