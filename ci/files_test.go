package ci

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// forTextFiles calls f with the path and the text of every file that is, or would be, in the repository, but not of the
// patches, whose text is not ours, nor of checksums.
func forTextFiles(t *testing.T, f func(path, text string)) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root
	list, err := cmd.Output()
	if err != nil {
		t.Skip("this is no checkout of git, so which files belong to it is not known")
	}
	for path := range strings.SplitSeq(strings.Trim(string(list), "\x00"), "\x00") {
		if path == "ci/files_test.go" { // it spells what it looks for
			continue
		}
		if strings.HasSuffix(path, ".patch") || strings.HasSuffix(path, ".sum") || strings.HasPrefix(path, "patches/") && !strings.HasSuffix(path, ".go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, path))
		if os.IsNotExist(err) {
			continue // removed, and not committed yet
		}
		require.NoError(t, err)
		if !bytes.ContainsRune(text, 0) {
			f(path, string(text))
		}
	}
}

// publicHosts are the names that addresses in our files may have, beside those that are reserved for examples.
var publicHosts = []string{
	"github.com", "developer.download.nvidia.com", "onnxruntime.ai", "onnx.ai", "numpy.org", "go.dev",
	"git-lfs.github.com", "git-lfs", // the first line of a file of Git LFS
}

var (
	address = regexp.MustCompile(`https?://([A-Za-z0-9._-]*[A-Za-z0-9])`)
	// reserved are names for examples, and stand-ins that tests make up.
	reserved = regexp.MustCompile(`^(localhost|host|me|(.+\.)?(example|invalid|test|local)|(.+\.)?example\.(com|org|net))$`)
	// number is an address without a name that other machines could have.
	number = regexp.MustCompile(`\b(10\.\d+|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d+\.\d+(:\d+|/)`)
	// personal is a folder of some machine. Those of "me" and "somebody" are examples.
	personal = regexp.MustCompile("(?m)(?:^|[\\s\"'=(:,`])(/(?:(?:root|work)/|(?:home|Users)/(\\w+)))")
)

func TestNoFileNamesAPrivateFolderOrHost(t *testing.T) {
	t.Parallel()
	forTextFiles(t, func(path, text string) {
		for _, found := range address.FindAllStringSubmatch(text, -1) {
			known := slices.Contains(publicHosts, found[1]) || reserved.MatchString(found[1])
			require.True(t, known, "%s names the host %q, which is not among publicHosts", path, found[1])
		}
		require.NotRegexp(t, number, text, path)
		for _, found := range personal.FindAllStringSubmatch(text, -1) {
			require.Contains(t, []string{"me", "mean", "somebody", "a"}, found[2], "%s names %q, a folder of some machine", path, found[1])
		}
	})
}

// left is work for later. It names the issue, or the day when to look again. context.TODO is none.
var (
	left  = regexp.MustCompile("(^|[^.`\\w])(TODO|FIXME|XXX)\\b")
	dated = regexp.MustCompile("(^|[^.`\\w])(TODO|FIXME|XXX)\\((#\\d+|\\d{4}-\\d{2}-\\d{2})\\)")
)

func TestWhatIsLeftForLaterNamesAnIssueOrADay(t *testing.T) {
	t.Parallel()
	forTextFiles(t, func(path, text string) {
		require.Len(t, dated.FindAllString(text, -1), len(left.FindAllString(text, -1)), "%s: write TODO(#12) or TODO(2027-01-31)", path)
	})
}

// The licence of all files is LICENSE, which Go also puts beside ortwrap, a module below. A header in a file would be
// that of somebody else.
func TestNoFileHasALicenceOfItsOwn(t *testing.T) {
	t.Parallel()
	header := regexp.MustCompile(`(?i)^\W*(copyright|spdx-license-identifier|licensed under)\b`)
	forTextFiles(t, func(path, text string) {
		if path == "LICENSE" || strings.Contains(path, "testdata/") {
			return
		}
		lines := strings.SplitN(text, "\n", 11)
		for _, line := range lines[:min(10, len(lines))] {
			require.NotRegexp(t, header, line, path)
		}
	})
}

// maxLines is the length at which a file is no longer read as a whole.
const maxLines = 400

// longFiles are longer, with the reason.
var longFiles = map[string]string{}

func TestFilesAreShortEnoughToRead(t *testing.T) {
	t.Parallel()
	forGoFiles(t, root, func(path, text string) {
		n := strings.Count(text, "\n")
		if longFiles[path] != "" {
			require.Greater(t, n, maxLines, "%s is short now: take it from longFiles", path)
			return
		}
		require.LessOrEqual(t, n, maxLines, "%s: split it, or write its reason into longFiles", path)
	})
}
