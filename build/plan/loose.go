package plan

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// looseSteps make the form that only a test wants: neither audited nor fit for use.
var looseSteps = []step[*form]{
	{"install", installLoose}, // objects of the providers → an archive of each in the store
}

// LooseArchive returns where an entry of the form [spec.Loose] has the archive of a provider, below its folder.
func LooseArchive(p spec.Provider) string {
	return filepath.Join("lib", "libonnxruntime_provider_"+string(p)+"_loose.a")
}

func installLoose(ctx context.Context, f *form, _ *report.Phase) (string, error) {
	return f.put(ctx, func(dir string) error {
		for _, m := range f.modules {
			out := filepath.Join(dir, LooseArchive(m.Provider))
			if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
				return fmt.Errorf("making an archive of provider %s: %w", m.Provider, err)
			}
			if err := f.Runner.Run(ctx, loose(f.tools.AR.Path, out, m.Objects)); err != nil {
				return fmt.Errorf("making an archive of provider %s: %w", m.Provider, err)
			}
		}
		return nil
	})
}

// loose computes the call of ar for a provider's objects without the last one, the entry: it only works when isolated.
// Dates and owners do not matter (D).
func loose(ar, out string, objects []string) run.Cmd {
	return run.Cmd{Path: ar, Args: append([]string{"qcD", out}, objects[:len(objects)-1]...)}
}
