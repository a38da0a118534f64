package plan

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

// schema is raised when the same facts give another result: when the merge, the install tree or the manifest change.
const schema = 4

// want finds out all that decides the result of a build. It fetches no input, but provides tools that are missing.
func (b *Builder) want(ctx context.Context, s spec.Spec) (want, error) {
	w, err := b.inputsOf(s)
	if err != nil {
		return want{}, err
	}
	if w.target, err = platform.For(spec.Host(), s.Platform); err != nil {
		return want{}, err
	}
	tools := b.Want(w.target, w.release.Protoc)
	tools.Binutils = len(s.Separate()) > 0
	tools.Libtool = MergesWithLibtool(s)
	if w.tools, err = b.Provide(ctx, tools); err != nil {
		return want{}, err
	}
	if err = b.provideHomes(ctx, &w); err != nil {
		return want{}, err
	}
	return w, b.setKeys(ctx, &w)
}

// setKeys computes the names of the result and of the compiled folder.
func (b *Builder) setKeys(ctx context.Context, w *want) error {
	var err error
	w.sources, err = source.Facts(ctx, source.Input{
		Release: w.release, Additions: additions(w.spec), Checkout: b.Settings.SourceDir, Patches: b.Patches,
	})
	if err != nil {
		return fmt.Errorf("describing the sources: %w", err)
	}
	facts, err := b.facts(ctx, *w)
	if err != nil {
		return fmt.Errorf("describing the build: %w", err)
	}
	if w.compile, err = store.NewKey(schema, facts); err != nil {
		return err
	}
	if w.spec.Linking != "" { // from here on the forms differ
		facts = append(facts, store.Fact{Group: "spec", Name: "linking", Value: string(w.spec.Linking)})
	}
	w.key, err = store.NewKey(schema, facts)
	return err
}

// inputsOf returns the spec with its release. A checkout has a version of its own, and takes the pins of its line.
func (b *Builder) inputsOf(s spec.Spec) (want, error) {
	r, err := b.Releases(s.Version)
	if err != nil || b.Settings.SourceDir == "" {
		return want{spec: s, release: r}, err
	}
	version, err := source.CheckoutVersion(b.Settings.SourceDir)
	if err != nil {
		return want{}, err
	}
	if line(version) != line(r.Version) {
		return want{}, &fault.Error{
			Op: "use the checkout", On: b.Settings.SourceDir,
			Err:  fmt.Errorf("it is version %s, and the patches and pins are those of %s", version, r.Version),
			Hint: "set ORT_VERSION to the release whose line the checkout is on: one of " + strings.Join(release.Versions(), ", "),
		}
	}
	s.Version = version
	return want{spec: s, release: r}, nil
}

// line returns the "1.23" of "1.23.2".
func line(version string) string {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	return major + "." + minor
}

// ProvideTools returns the tools for a build for this machine, with those that are missing provided. protoc is the version that the
// release asks for.
func (b *Builder) ProvideTools(ctx context.Context, protoc string) (toolchain.Set, error) {
	return b.Provide(ctx, b.Want(platform.Target{}, protoc))
}

// Provide returns the tools of a want, with those that are missing provided.
func (b *Builder) Provide(ctx context.Context, want toolchain.Want) (toolchain.Set, error) {
	return b.Tools.Provide(ctx, want, b.note)
}

// note tells a person what is being done.
func (b *Builder) note(line string) { b.Console.Line("%s", line) }

// Want is what the settings ask of the tools for a target, of which the zero one is this machine. The compilers that a
// person named are for the platform that he named.
func (b *Builder) Want(target platform.Target, protoc string) toolchain.Want {
	w := toolchain.Want{Target: target, Protoc: protoc, Launcher: b.Settings.Launcher}
	if asked, err := b.Target(); err == nil && asked.IsMachine() == target.IsMachine() {
		w.CC, w.CXX = b.Settings.CC, b.Settings.CXX
	}
	return w
}

// facts writes down everything that decides the result. No path of this machine is among them: they differ where the
// result does not.
func (b *Builder) facts(ctx context.Context, w want) ([]store.Fact, error) {
	facts := []store.Fact{
		{Group: "spec", Name: "version", Value: w.spec.Version},
		{Group: "spec", Name: "platform", Value: w.spec.Platform.String()},
		{Group: "spec", Name: "providers", Value: w.spec.ProviderNames()},
	}
	for name, value := range w.homes.facts() {
		facts = append(facts, store.Fact{Group: homeFact, Name: name, Value: value})
	}
	for _, text := range w.sources { // "dependency eigen sha256:…"
		words := strings.SplitN(text, " ", 3)
		if len(words) != 3 {
			return nil, fmt.Errorf("fact %q has no group, name and value", text)
		}
		facts = append(facts, store.Fact{Group: words[0], Name: words[1], Value: words[2]})
	}
	definitions, err := cmake.Facts(cmake.Options{Spec: w.spec, Target: w.target, Release: w.release, CUDA: w.homes.cmake(b.deviceJobs(w.homes))})
	if err != nil {
		return nil, err
	}
	for _, d := range definitions {
		facts = append(facts, store.Fact{Group: "option", Name: d.Name, Value: d.Value})
	}
	tools, err := b.Tools.Fingerprint(ctx, w.tools)
	if err != nil {
		return nil, err
	}
	for _, t := range tools {
		facts = append(facts, store.Fact{Group: "tool", Name: t.Name, Value: t.Value})
	}
	return facts, nil
}

// options is what cmake is given for the tree at root.
func (j *job) options(root, build string) cmake.Options {
	o := cmake.Options{
		Spec: j.spec, Target: j.target, Release: j.release, Source: root, Build: build,
		Tools: cmake.Tools{
			CMake: j.tools.CMake.Path, Ninja: j.tools.Ninja.Path, CC: j.tools.CC.Path, CXX: j.tools.CXX.Path,
			AR: j.tools.AR.Path, Protoc: j.tools.Protoc.Path, Patch: j.tools.Patch.Path, Python: j.tools.Python.Path,
			Ranlib: j.tools.Ranlib.Path,
		},
		Facts: []string{j.compile.ID().String()}, // the same for both forms
		CUDA:  j.homes.cmake(j.deviceJobs(j.homes)), DNNL: cmake.DNNL{Home: j.homes.DNNL.Dir},
	}
	if j.tools.Launcher != nil {
		o.Tools.Launcher = j.tools.Launcher.Path
	}
	return o
}

// private lists the folders that nothing in the result may name.
func (j *job) private() []string {
	dirs := []string{j.Settings.Home}
	if real, err := filepath.EvalSymlinks(j.Settings.Home); err == nil && real != j.Settings.Home {
		dirs = append(dirs, real)
	}
	// Folders that a person named. Those of the system are the same on every machine.
	for _, dir := range []string{j.Settings.SourceDir, j.Settings.CUDA.Home, j.Settings.CUDA.CUDNNHome, j.Settings.DNNLHome} {
		if dir != "" && !strings.HasPrefix(dir+"/", "/usr/") {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// Explain tells how the key of a build differs from that of the last build of the same spec; not at all, if the store has
// the very build. An error that wraps [ErrNoBuild] tells that there is none to compare with.
func (b *Builder) Explain(ctx context.Context, s spec.Spec) (diff store.Diff, last store.Entry, err error) {
	w, err := b.want(ctx, s)
	if err != nil {
		return nil, store.Entry{}, err
	}
	entries, err := b.Store.List()
	if err != nil {
		return nil, store.Entry{}, err
	}
	for _, entry := range entries {
		if entry.Key.ID() == w.key.ID() {
			return nil, entry, nil
		}
	}
	for _, entry := range entries {
		if entry.Labels[labelSpec] == w.spec.String() {
			return store.Explain(entry.Key, w.key), entry, nil
		}
	}
	return nil, store.Entry{}, fmt.Errorf("%s: %w", w.spec, ErrNoBuild)
}

// ErrNoBuild tells that the store has no build of the kind that is asked for.
var ErrNoBuild = errors.New("no such build is in the store")

// BuildCommand is what a person types for a build of the kind.
func BuildCommand(s spec.Spec) string {
	mage := "go tool mage "
	if s.Platform != spec.Host() {
		mage = "ORT_TARGET=" + s.Platform.String() + " " + mage
	}
	if s.GPU.Minimal {
		mage = "ORT_CUDA_MINIMAL=1 " + mage
	}
	switch others := s.Others(); {
	case len(others) == 0:
		return mage + "buildCpu"
	case len(others) == 1 && s.Has(spec.CoreML):
		return mage + "buildCoreml"
	case len(others) == 1 && s.Has(spec.CUDA):
		return mage + map[spec.Linking]string{spec.Shared: "buildCuda", spec.Static: "buildCudaStatic"}[s.Linking]
	default:
		return fmt.Sprintf("ORT_PROVIDERS=%s ORT_LINKING=%s %sbuildCpu", strings.Join(s.OtherNames(), ","), s.Linking, mage)
	}
}

// LastBuild returns the last build of a kind.
func (b *Builder) LastBuild(s spec.Spec) (store.Entry, error) {
	entry, err := b.Store.Find(Latest(s))
	if errors.Is(err, store.ErrNotFound) {
		return store.Entry{}, &fault.Error{Op: "find the last build", On: s.Kind(), Err: ErrNoBuild, Hint: BuildCommand(s)}
	}
	return entry, err
}
