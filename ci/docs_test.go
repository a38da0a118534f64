package ci

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/settings"
	"github.com/onnxruntime-builder/onnxruntime-builder/ci/markdown"
)

// pages returns the Markdown files of the repository: text by slash path.
func pages(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	require.NoError(t, filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{".git", "testdata", "node_modules"}, entry.Name()) {
			return filepath.SkipDir
		}
		if filepath.Ext(file) != ".md" {
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, file)
		found[filepath.ToSlash(relative)] = string(text)
		return err
	}))
	require.Contains(t, found, "README.md")
	return found
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// links returns the targets of a page's links to other files of the repository, and to places in it.
func links(text string) (list []string) {
	for _, found := range link.FindAllStringSubmatch(markdown.Prose(text), -1) {
		if !strings.Contains(found[1], "://") && !strings.HasPrefix(found[1], "mailto:") {
			list = append(list, found[1])
		}
	}
	return list
}

var (
	heading     = regexp.MustCompile(`(?m)^#+ +(.+)$`)
	notInAnchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// anchors are the names that GitHub gives to the headings of a page.
func anchors(text string) (list []string) {
	for _, found := range heading.FindAllStringSubmatch(markdown.Prose(text), -1) {
		words := link.ReplaceAllString(found[1], "]")
		list = append(list, strings.ReplaceAll(strings.ToLower(notInAnchor.ReplaceAllString(words, "")), " ", "-"))
	}
	return list
}

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	all := pages(t)
	for page, text := range all {
		for _, target := range links(text) {
			file, anchor, _ := strings.Cut(target, "#")
			to := path.Join(path.Dir(page), file)
			if file == "" {
				to = page
			}
			_, err := os.Stat(filepath.Join(root, to))
			require.NoError(t, err, "%s links to %s", page, target)
			if anchor != "" {
				require.Contains(t, anchors(all[to]), anchor, "%s links to %s", page, target)
			}
		}
	}
}

// Who reads the index finds everything.
func TestTheIndexLinksToEveryPage(t *testing.T) {
	t.Parallel()
	all := pages(t)
	var linked []string
	for _, target := range links(all["docs/README.md"]) {
		linked = append(linked, path.Join("docs", target))
	}
	for page := range all {
		if strings.HasPrefix(page, "docs/") && page != "docs/README.md" {
			require.Contains(t, linked, page, "docs/README.md does not link to it")
		}
	}
}

var (
	calledTarget = regexp.MustCompile(`go tool mage ([a-z][\w:]*)`)
	targetRow    = regexp.MustCompile("^\\| `([a-z][\\w:]*)[ `]")
)

func TestPagesNameTargetsThatExist(t *testing.T) {
	t.Parallel()
	var known []string
	for _, target := range targets(t) {
		known = append(known, target.name)
	}
	for page, text := range pages(t) {
		for _, found := range calledTarget.FindAllStringSubmatch(text, -1) {
			require.Contains(t, known, found[1], "%s calls a target that does not exist", page)
		}
		inTable := false
		for line := range strings.Lines(text) {
			inTable = strings.HasPrefix(line, "| target |") || inTable && strings.HasPrefix(line, "|")
			if found := targetRow.FindStringSubmatch(line); inTable && found != nil {
				require.Contains(t, known, found[1], "%s lists a target that does not exist", page)
			}
		}
	}
}

// foreign are names that begin like our variables and are none.
var foreign = map[string]string{
	"ORT_LIB_LOCATION":     "set by the target env, for the Rust crate ort",
	"ORT_API_VERSION":      "a macro of ONNX Runtime's header",
	"ORT_LIB_PATH":         "read by the Rust crate ort",
	"ORT_STATIC_PROVIDERS": "a macro of the Nix flake's patches",
}

func TestPagesNameVariablesThatExist(t *testing.T) {
	t.Parallel()
	known := settings.Names()
	for page, text := range pages(t) {
		for _, name := range regexp.MustCompile(`\bORT_[A-Z][A-Z_]*[A-Z]`).FindAllString(text, -1) {
			if foreign[name] == "" {
				require.Contains(t, known, name, "%s names a variable that does not exist", page)
			}
		}
	}
}

var (
	inCode   = regexp.MustCompile("`([^`\n]+)`")
	repoPath = regexp.MustCompile(`^(build|ci|docs|ortwrap|patches|toolchains|\.github)/[\w./*+-]+$`)
)

// history tells of what was: files that it names may be gone.
func history(page string) bool { return page == "CHANGELOG.md" || strings.HasPrefix(page, "docs/adr/") }

// A path that has been moved is noticed: what looks like one of the repository must be there. A star stands for any name.
func TestPagesNameFilesThatExist(t *testing.T) {
	t.Parallel()
	seen := 0
	for page, text := range pages(t) {
		if history(page) {
			continue
		}
		for _, found := range inCode.FindAllStringSubmatch(markdown.Prose(text), -1) {
			if !repoPath.MatchString(found[1]) {
				continue
			}
			there, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(found[1])))
			require.NoError(t, err)
			require.NotEmpty(t, there, "%s names %s, which does not exist", page, found[1])
			seen++
		}
	}
	require.NotZero(t, seen)
}
