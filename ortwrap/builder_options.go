package ortwrap

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// Optimization says how much ORT may change a model's graph before it runs. Results stay the same but for rounding.
type Optimization int

// The levels of optimization. [OptimizeAll] is what a session gets unless told otherwise.
const (
	OptimizeNone     Optimization = capi.OptimizeNone     // run the graph as it is
	OptimizeBasic    Optimization = capi.OptimizeBasic    // what is right for every provider, such as constant folding
	OptimizeExtended Optimization = capi.OptimizeExtended // fuse operators
	OptimizeAll      Optimization = capi.OptimizeAll      // change memory layouts too
)

// ExecutionMode says whether a session works on one operator at a time.
type ExecutionMode int

// The modes of execution.
const (
	Sequential ExecutionMode = capi.Sequential // one after another, each with all threads: the default
	Parallel   ExecutionMode = capi.Parallel   // at the same time where the graph branches; see WithInterOpThreads
)

// maxThreads is more than any machine has cores. ORT makes the threads when it opens a model.
const maxThreads = 1 << 10

// WithThreads sets the number of threads that work on one operator, the calling one among them, up to 1024; 0 is one a
// core.
func (b SessionBuilder) WithThreads(n int) SessionBuilder {
	if n < 0 || n > maxThreads {
		return b.fail(fmt.Errorf("%w: %d threads: expected 0 to %d", ErrOption, n, maxThreads))
	}
	return b.with(func(o capi.Options) error { return o.SetThreads(n) })
}

// WithInterOpThreads sets the number of threads that share the operators in mode [Parallel], up to 1024; 0 is one a
// core.
func (b SessionBuilder) WithInterOpThreads(n int) SessionBuilder {
	if n < 0 || n > maxThreads {
		return b.fail(fmt.Errorf("%w: %d threads between operators: expected 0 to %d", ErrOption, n, maxThreads))
	}
	return b.with(func(o capi.Options) error { return o.SetInterOpThreads(n) })
}

// WithExecutionMode sets whether a session works on one operator at a time.
func (b SessionBuilder) WithExecutionMode(mode ExecutionMode) SessionBuilder {
	switch mode {
	case Sequential, Parallel:
		return b.with(func(o capi.Options) error { return o.SetExecutionMode(int(mode)) })
	default:
		return b.fail(fmt.Errorf("%w: execution mode %d: expected Sequential or Parallel", ErrOption, mode))
	}
}

// WithOptimization sets the level of graph optimization.
func (b SessionBuilder) WithOptimization(level Optimization) SessionBuilder {
	switch level {
	case OptimizeNone, OptimizeBasic, OptimizeExtended, OptimizeAll:
		return b.with(func(o capi.Options) error { return o.SetOptimization(int(level)) })
	default:
		return b.fail(fmt.Errorf("%w: optimization level %d: expected OptimizeNone, OptimizeBasic, OptimizeExtended or "+
			"OptimizeAll", ErrOption, level))
	}
}

// WithProvider adds providers. Those added first are preferred, the processor comes last always. Each must be usable
// unless a preference is given; see [Preference].
func (b SessionBuilder) WithProvider(ps ...Provider) SessionBuilder {
	b.providers = slices.Clone(b.providers)
	for _, p := range ps {
		if isNil(p) {
			return b.fail(fmt.Errorf("%w: the provider is nil", ErrOption))
		}
		if slices.ContainsFunc(b.providers, func(other Provider) bool { return other.Name() == p.Name() }) {
			return b.fail(fmt.Errorf("%w: %s is asked for twice", ErrOption, p.Name()))
		}
		if _, err := p.settings(); err != nil {
			return b.fail(err)
		}
		b.providers = append(b.providers, p)
	}
	return b
}

// WithPreference says whether the session uses a GPU.
func (b SessionBuilder) WithPreference(p Preference) SessionBuilder {
	switch p {
	case PreferGPU, CPUOnly, RequireGPU:
		b.preference, b.preferred = p, true
		return b
	default:
		return b.fail(fmt.Errorf("%w: %s: expected PreferGPU, CPUOnly or RequireGPU", ErrOption, p))
	}
}

// WithConfig sets an entry of the session's configuration. ORT lists the keys, such as "session.disable_prepacking", in
// onnxruntime_session_options_config_keys.h. It ignores keys that it does not know. Those that make it go on using the
// bytes of a model in memory, which belong to Go, are an [ErrOption].
func (b SessionBuilder) WithConfig(key, value string) SessionBuilder {
	if key == "" || strings.Contains(key+value, "\x00") {
		return b.fail(fmt.Errorf("%w: config entry %q = %q: expected a key, and no zero bytes", ErrOption, key, value))
	}
	if strings.HasPrefix(key, "session.use_ort_model_bytes_") {
		return b.fail(fmt.Errorf("%w: config entry %q: ORT would use the bytes when Go has freed them: use FromFile",
			ErrOption, key))
	}
	return b.with(func(o capi.Options) error { return o.SetConfig(key, value) })
}

// WithLogLevel sets the level from which on the session logs, in place of the level that the logger had when the
// session was opened. Messages below the logger's own level are dropped all the same. Without [SetLogger] nothing is
// logged.
func (b SessionBuilder) WithLogLevel(level slog.Level) SessionBuilder {
	return b.with(func(o capi.Options) error { return o.SetLogSeverity(severityOf(level)) })
}

// WithProfiling makes the session write how long each operator took to a JSON file, which the trace viewers of browsers
// show. Its path is prefix, the time of opening and ".json". The file is whole after [Session.EndProfiling] or Close.
func (b SessionBuilder) WithProfiling(prefix string) SessionBuilder {
	if prefix == "" || strings.Contains(prefix, "\x00") {
		return b.fail(fmt.Errorf("%w: the prefix of profiles is %q", ErrOption, prefix))
	}
	return b.with(func(o capi.Options) error { return o.EnableProfiling(prefix) })
}

// folderKey is a key of the session's configuration.
const folderKey = "session.model_external_initializers_file_folder_path"

// WithExternalData names the folder with the external data of a model that comes from memory. A model from a file needs
// none: its external data is in the same folder; giving one is an [ErrOption].
func (b SessionBuilder) WithExternalData(dir string) SessionBuilder {
	if dir == "" || strings.Contains(dir, "\x00") {
		return b.fail(fmt.Errorf("%w: the folder of external data is %q", ErrOption, dir))
	}
	b.folder = dir
	return b.with(func(o capi.Options) error { return o.SetConfig(folderKey, dir) })
}

// WithExternalBytes gives the content of a file of external data, by the name that the model has for the file. Where it
// is used for one file, it must be for all that the model names.
//
// Open makes ORT copy what it needs: data must not change until Open has returned, and takes no more memory than that
// afterwards.
func (b SessionBuilder) WithExternalBytes(name string, data []byte) SessionBuilder {
	if name == "" || strings.Contains(name, "\x00") || len(data) == 0 {
		return b.fail(fmt.Errorf("%w: external data %q with %d bytes: expected a name and at least one byte",
			ErrOption, name, len(data)))
	}
	b.given = maps.Clone(b.given)
	if b.given == nil {
		b.given = map[string][]byte{}
	}
	b.given[name] = data
	return b.with(func(o capi.Options) error { return o.AddExternal(name, data) })
}
