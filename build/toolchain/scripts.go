package toolchain

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
)

// scriptFolder is where the scripts of a target lie in the folder of a tool.
func scriptFolder(root string, t platform.Target) string {
	return filepath.Join(root, "targets", t.Triple)
}

// preamble begins each script. It finds the tool's folder from its own place, so that both can be moved.
const preamble = `#!/bin/sh
# Made by onnxruntime-builder, and made anew when it is changed.
root=$(cd "${0%/*}/../.." && pwd) || exit
`

// scripts returns the compilers, ar and ranlib of a target, by name: one program each, without arguments, as CMake, cgo
// and compiler caches want them. program is the slash path of zig or of g++ in the tool's folder.
func scripts(t platform.Target, program string) map[string]string {
	if t.Compilers == platform.Zig {
		return map[string]string{
			CC: zigCompiler(t, program, "cc"), CXX: zigCompiler(t, program, "c++"),
			AR: zigArchiver(program, "ar"), Ranlib: zigArchiver(program, "ranlib"),
		}
	}
	prefix := strings.TrimSuffix(program, "g++")
	return map[string]string{
		CC: crossCompiler(prefix + "gcc"), CXX: crossCompiler(prefix + "g++"),
		AR: crossArchiver(prefix + "ar"), Ranlib: crossArchiver(prefix + "ranlib"),
	}
}

// crossCompiler starts a GCC of Debian from packages that were unpacked. It finds its parts by its own place; --sysroot
// moves the paths in the linker script libc.so. The name of the folder must not get into what is compiled.
func crossCompiler(program string) string {
	return preamble + fmt.Sprintf(`exec "$root/%s" --sysroot="$root" -ffile-prefix-map="$root"= "$@"`+"\n", program)
}

func crossArchiver(program string) string {
	return preamble + fmt.Sprintf(`exec "$root/%s" "$@"`+"\n", program)
}

// zigCaches keeps what zig builds (the C and C++ libraries of each target, once) with zig. In its other cache zig would
// keep a copy of every object for ever: that one lasts as long as the call.
const zigCaches = `: "${ZIG_GLOBAL_CACHE_DIR:=$root/cache}"
ZIG_LOCAL_CACHE_DIR=$(mktemp -d) || exit
export ZIG_GLOBAL_CACHE_DIR ZIG_LOCAL_CACHE_DIR
trap 'rm -rf "$ZIG_LOCAL_CACHE_DIR"' EXIT
trap 'exit 130' HUP INT TERM
`

// zigProcessors turns GCC's words for an ARM processor into zig's: -march=armv8.2-a+fp16 into
// -mcpu=generic+v8_2a+fullfp16.
const zigProcessors = `for arg; do
  shift
  case $arg in
  -march=armv[89]*-a*)
    level=${arg#-march=armv} extensions=${arg#*-a}+
    level=${level%%-a*}
    case $level in *.*) level=${level%%.*}_${level#*.} ;; esac
    case $extensions in *+fp16+*) extensions=${extensions%%+fp16+*}+fullfp16+${extensions#*+fp16+} ;; esac
    arg=-mcpu=generic+v${level}a${extensions%+}
    ;;
  esac
  set -- "$@" "$arg"
done
`

// zigCompiler starts zig's Clang. Without the options zig would add debug information, frame pointers, and traps for
// undefined behaviour; the caller's own options come later and win. Of -dumpmachine, Clang knows no glibc version.
func zigCompiler(t platform.Target, program, language string) string {
	text := preamble + zigCaches + fmt.Sprintf("if [ \"$*\" = -dumpmachine ]; then echo %s; exit; fi\n", t.Triple)
	if t.Processor == "aarch64" {
		text += zigProcessors
	}
	return text + fmt.Sprintf(`"$root/%s" %s -target %s -g0 -fomit-frame-pointer -fno-sanitize=undefined "$@"`+"\n",
		program, language, t.Triple)
}

func zigArchiver(program, name string) string {
	return preamble + zigCaches + fmt.Sprintf(`"$root/%s" %s "$@"`+"\n", program, name)
}

// writeScripts makes the scripts of a target in a tool's folder, those that are not as they should be.
func writeScripts(t platform.Target, root, program string) error {
	dir := scriptFolder(root, t)
	for name, text := range scripts(t, program) {
		path := filepath.Join(dir, name)
		if have, err := os.ReadFile(path); err == nil && string(have) == text && isProgram(path) {
			continue
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("making the scripts for %s: %w", t.Triple, err)
		}
		if err := renameio.WriteFile(path, []byte(text), 0o755, renameio.IgnoreUmask()); err != nil {
			return fmt.Errorf("making the scripts for %s: %w", t.Triple, err)
		}
	}
	return nil
}

// behindScripts returns the compilers of a tool that was provided, with scripts in front.
func (f *Finder) behindScripts(
	ctx context.Context, t platform.Target, tool Tool, rejected map[string][]Rejected,
) (p pair, ok bool, err error) {
	inside, err := filepath.Rel(f.Dir, tool.Path)
	if err != nil {
		return pair{}, false, fmt.Errorf("placing %q: %w", tool.Path, err)
	}
	folder, program, _ := strings.Cut(filepath.ToSlash(inside), "/")
	root := filepath.Join(f.Dir, folder)
	if err := writeScripts(t, root, program); err != nil {
		return pair{}, false, err
	}
	dir := scriptFolder(root, t)
	for name, slot := range map[string]*Tool{CC: &p.cc, CXX: &p.cxx} {
		if *slot, ok = f.compiler(ctx, name, filepath.Join(dir, name), rejected); !ok {
			return pair{}, false, nil
		}
	}
	for name, slot := range map[string]*Tool{AR: &p.ar, Ranlib: &p.ranlib} {
		path := filepath.Join(dir, name)
		text, err := f.output(ctx, path, "--version")
		if err != nil {
			rejected[CXX] = append(rejected[CXX], Rejected{Path: path, Why: "does not run"})
			return pair{}, false, nil
		}
		*slot = Tool{Name: name, Path: path, Version: parseVersion(outside(text))}
	}
	for _, slot := range []*Tool{&p.cc, &p.cxx, &p.ar, &p.ranlib} {
		slot.Origin, slot.Script = tool.Origin, true
		if t.Compilers == platform.Zig {
			slot.Behind = tool.Path
		}
	}
	return p, true, nil
}

// tryScripts makes the scripts of a target in an unpacked tree, and compiles an empty file with each compiler.
func (f *Finder) tryScripts(ctx context.Context, t platform.Target, tree, program string) error {
	if err := writeScripts(t, tree, program); err != nil {
		return err
	}
	for _, c := range [][3]string{{CC, "c", "stddef.h"}, {CXX, "c++", "cstddef"}} {
		tool := Tool{Name: compilersFor(t).name, Path: filepath.Join(scriptFolder(tree, t), c[0])}
		if _, err := f.macros(ctx, tool, c[1], c[2]); err != nil {
			return err
		}
	}
	return nil
}
