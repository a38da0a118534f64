package toolchain

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
)

// compilersFor is the tool that has the compilers of a target, and their ar and ranlib.
func compilersFor(t platform.Target) kind {
	if t.Compilers == platform.Zig {
		return kind{name: Zig, args: []string{"version"}, compiles: &t}
	}
	return kind{name: t.Triple + "-gcc", args: []string{"--version"}, bounds: bounds{min: minGCC}, compiles: &t}
}

// targetCompilers finds the compilers for another platform: those that were asked for, those of a distribution, those
// that were provided.
func (f *Finder) targetCompilers(
	ctx context.Context, want Want, provided map[string][]Tool, files *cache,
) (pair, error) {
	t := want.Target
	if want.CC != "" || want.CXX != "" {
		return f.chosenFor(ctx, want, files)
	}
	k := compilersFor(t)
	rejected := map[string][]Rejected{}
	if t.Compilers == platform.Cross {
		if p, ok := f.installed(ctx, t, files, rejected); ok {
			return p, nil
		}
	}
	for _, tool := range provided[k.name] {
		p, ok, err := f.behindScripts(ctx, t, tool, rejected)
		if err != nil || ok {
			return p, err
		}
	}
	lack := Missing{Name: k.name, Need: k.bounds.String(), Rejected: append(rejected[CXX], rejected[CC]...)}
	return pair{missing: []Missing{lack}}, nil
}

// installed finds the cross compilers of a distribution in PATH, all of them or none.
func (f *Finder) installed(
	ctx context.Context, t platform.Target, files *cache, rejected map[string][]Rejected,
) (p pair, ok bool) {
	var okC, okCXX bool
	p.cc, okC = f.compiler(ctx, CC, t.Triple+"-gcc", rejected)
	p.cxx, okCXX = f.compiler(ctx, CXX, t.Triple+"-g++", rejected)
	if !okC || !okCXX {
		return pair{}, false
	}
	p.ar, p.ranlib, ok = f.archivers(ctx, t.Triple+"-", files)
	return p, ok
}

// archivers finds an ar, and the ranlib that goes with it, by what stands in front of their names.
func (f *Finder) archivers(ctx context.Context, prefix string, files *cache) (ar, ranlib Tool, ok bool) {
	look := func(name string) (Tool, *Missing) {
		k := kind{name: name, programs: []string{prefix + name}, args: []string{"--version"}, silent: true}
		return f.look(ctx, k, nil, files)
	}
	ar, noAR := look(AR)
	ranlib, noRanlib := look(Ranlib)
	return ar, ranlib, noAR == nil && noRanlib == nil
}

// chosenFor finds the compilers that were asked for, which must make code for the target, and an ar for them.
func (f *Finder) chosenFor(ctx context.Context, want Want, files *cache) (pair, error) {
	t := want.Target
	p, err := f.chosenCompilers(ctx, want)
	if err != nil {
		return pair{}, err
	}
	for _, tool := range []Tool{p.cc, p.cxx} {
		if err := f.makesCodeFor(ctx, tool, t); err != nil {
			return pair{}, err
		}
	}
	prefixes := []string{t.Triple + "-", "llvm-"}
	if host := f.host().Platform; host.OS == t.Platform.OS && host.Arch == t.Platform.Arch {
		prefixes = append(prefixes, "") // another C library, and the same objects
	}
	for _, prefix := range prefixes {
		var ok bool
		if p.ar, p.ranlib, ok = f.archivers(ctx, prefix, files); ok {
			return p, nil
		}
	}
	need := fmt.Sprintf("and ranlib for %s (%s-ar or llvm-ar)", t.Platform, t.Triple)
	p.missing = append(p.missing, Missing{Name: AR, Need: need})
	return p, nil
}

// makesCodeFor refuses a compiler that was chosen, perhaps long ago and for the machine itself, if its target is another.
func (f *Finder) makesCodeFor(ctx context.Context, tool Tool, t platform.Target) error {
	text, err := f.output(ctx, tool.Path, "-dumpmachine")
	machine := strings.TrimSpace(text)
	if err == nil && madeFor(machine, t) {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("it makes code for %s, not for %s", machine, t.Triple)
	}
	variable := map[string]string{CC: "CC", CXX: "CXX"}[tool.Name]
	return &fault.Error{
		Op: "use the compiler", On: variable + "=" + tool.Path, Err: err,
		Hint: "unset CC and CXX, or set them to compilers for " + t.Platform.String(),
	}
}

// madeFor tells whether a compiler that calls its target so is one for t.
func madeFor(machine string, t platform.Target) bool {
	if t.Compilers == platform.Zig { // only our own has that C++ library, for exactly that glibc
		return machine == t.Triple
	}
	return sameTarget(machine, t.Triple)
}

// sameTarget compares what compilers call their target: "x86_64-linux-gnu" is also "x86_64-unknown-linux-gnu.2.17".
func sameTarget(a, b string) bool { return targetWords(a) == targetWords(b) }

// targetWords are the processor, the system and the C library of a target. Vendor and versions are left out.
func targetWords(triple string) (words [3]string) {
	arch, rest, _ := strings.Cut(strings.ToLower(triple), "-")
	words[0] = arch
	if name, ok := map[string]string{"arm64": "aarch64", "amd64": "x86_64"}[arch]; ok {
		words[0] = name
	}
	for i, names := range [][][2]string{
		{{"linux", "linux"}, {"macos", "darwin"}, {"darwin", "darwin"}}, {{"gnu", "gnu"}, {"musl", "musl"}},
	} {
		for _, name := range names {
			if strings.Contains(rest, name[0]) {
				words[i+1] = name[1]
			}
		}
	}
	return words
}

// sysroot returns the folder that has lib/ld-linux-….so: that of the compiler, or else one that came with the emulator.
func (f *Finder) sysroot(ctx context.Context, s Set, t platform.Target) string {
	if s.Emulator.Path == "" || t.StaticallyLinked() {
		return ""
	}
	loader := map[string]string{"amd64": "ld-linux-x86-64.so.2", "arm64": "ld-linux-aarch64.so.1"}[t.Platform.Arch]
	candidates := []string{
		filepath.Join(filepath.Dir(filepath.Dir(s.Emulator.Path)), t.Processor+"-linux-gnu", "lib", loader),
	}
	if s.CXX.Family == "gcc" {
		if text, err := f.output(ctx, s.CXX.Path, "-print-file-name="+loader); err == nil {
			candidates = append([]string{strings.TrimSpace(text)}, candidates...)
		}
	}
	for _, path := range candidates {
		if info, err := os.Stat(path); filepath.IsAbs(path) && err == nil && info.Mode().IsRegular() {
			return filepath.Dir(filepath.Dir(filepath.Clean(path)))
		}
	}
	return ""
}
