package ci

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const flakePage = "docs/howto/moving-from-nix.md"

// flake is what the Nix flake gives to those who use it, by the heading under which the page has to say what takes its
// place: its last commit, 4a9d5af.
var flake = map[string][]string{
	"Commands": {
		"nix build", "nix build .#onnxruntime-cpu", "nix build .#onnxruntime-cuda-hybrid", "nix build .#squeezenet-model --print-out-paths",
		"nix run", "nix run .#ort-wrapper-cpu", "nix run .#ort-wrapper-cuda-dlopen", "nix run .#ort-wrapper-coreml",
		"nix develop", "nix develop .#cpu", "nix develop .#cuda-dlopen", "nix flake check", "nix flake update", "nix fmt",
		"nix path-info .#…", "nix-collect-garbage", "--print-build-logs", "pgrep", "cargo build", "cargo test", "cargo bench",
	},
	"Outputs": {
		"packages.default", "packages.onnxruntime-cpu", "packages.onnxruntime-cuda-hybrid", "packages.ort-wrapper-cpu",
		"packages.ort-wrapper-cuda-dlopen", "packages.ort-wrapper-coreml", "packages.squeezenet-model", "checks.ort-wrapper",
		"devShells.default", "devShells.cpu", "devShells.cuda-dlopen",
		"apps.default", "apps.ort-wrapper-cpu", "apps.ort-wrapper-cuda-dlopen", "apps.ort-wrapper-coreml",
		"formatter", "lib.mkOnnxruntime", "lib.mkOrtWrapperEnv",
		// what mkOnnxruntime takes
		"pkgs", "system", "enableCuda", "enableCoreml", "hybridCuda", "buildShared",
		// what mkOrtWrapperEnv gives
		"envVars", "buildInputs", "shellHook", "preCheck", "cudnnLibPath", "cargoFeatures", "useCuda", "useCoreml", "squeezenet-model",
	},
	"What is fixed in the flake": {"onnxruntimeVersion", "cudaArchitectures", "onnxruntime_NVCC_THREADS=1"},
	"Environment variables": {
		"ORT_LIB_LOCATION", "ONNX_TEST_MODEL", "LD_LIBRARY_PATH", "CUDNN_LIB_PATH", "CARGO_BUILD_RUSTFLAGS", "NIX_LDFLAGS", "RUST_LOG",
	},
	"Cargo features": {"cuda", "cuda-dlopen", "coreml"},
	"Patches": {
		"musl-execinfo", "musl-cstdint", "cuda-static-provider", "providers-shared-static", "static-init-bridge",
		"static-init-common", "static-init-cpu", "static-init-provider", "static-datatype-loop", "static-tensorshape-loop",
	},
}

var (
	flakeRow    = regexp.MustCompile(`^\| (.+?) \| (.*) \|\n?$`)
	flakeKind   = regexp.MustCompile(`^(packages|checks|devShells|apps|lib)\.`)
	flakeTarget = regexp.MustCompile("`(build[A-Z]\\w*)`")
)

// flakeTables returns what the tables of the page have, by heading: the names in the first cell of each row, and the
// text of the second. The names of a cell that begins with `packages.default` are all of that kind.
func flakeTables(page string) map[string]map[string]string {
	tables, heading := map[string]map[string]string{}, ""
	for line := range strings.Lines(page) {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			heading = strings.TrimSpace(title)
			tables[heading] = map[string]string{}
		}
		row := flakeRow.FindStringSubmatch(line)
		if row == nil {
			continue
		}
		kind := ""
		for _, found := range inCode.FindAllStringSubmatch(row[1], -1) {
			if of := flakeKind.FindString(found[1]); of != "" {
				kind = of
			}
			tables[heading][kind+strings.TrimPrefix(found[1], kind)] = strings.TrimSpace(row[2])
		}
	}
	return tables
}

func TestThePageAboutTheFlakeHasAllThatItGives(t *testing.T) {
	t.Parallel()
	tables := flakeTables(pages(t)[flakePage])
	for heading, names := range flake {
		for _, name := range names {
			require.NotEmpty(t, tables[heading][name], "%s, %s: what takes the place of %s?", flakePage, heading, name)
		}
	}
}

// Names behind "go tool mage" are looked at on every page.
func TestThePageAboutTheFlakeNamesTargetsThatExist(t *testing.T) {
	t.Parallel()
	var known []string
	for _, target := range targets(t) {
		known = append(known, target.name)
	}
	seen := map[string]bool{}
	for _, rows := range flakeTables(pages(t)[flakePage]) {
		for of, text := range rows {
			for _, found := range flakeTarget.FindAllStringSubmatch(text, -1) {
				require.Contains(t, known, found[1], "%s: in the place of %s", flakePage, of)
				seen[found[1]] = true
			}
		}
	}
	for _, name := range known {
		if strings.HasPrefix(name, "build") {
			require.True(t, seen[name], "%s does not name %s", flakePage, name)
		}
	}
}
