package patch_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source/patch"
)

const header = `Why: two lines
  of reason
Upstream: none
Until: for ever

`

const change = `diff --git a/src/a.txt b/src/a.txt
index 1111111..2222222 100644
--- a/src/a.txt
+++ b/src/a.txt
@@ -2,3 +2,4 @@ one
 two
-three
+THREE
+three and a half
 four
@@ -8,2 +9,2 @@ seven
 eight
-nine
+NINE
`

const create = `diff --git a/new/tool.sh b/new/tool.sh
new file mode 100755
index 0000000..2222222
--- /dev/null
+++ b/new/tool.sh
@@ -0,0 +1 @@
+#!/bin/sh
`

const remove = `diff --git a/old.txt b/old.txt
deleted file mode 100644
index 1111111..0000000
--- a/old.txt
+++ /dev/null
@@ -1 +0,0 @@
-old
\ No newline at end of file
`

const before = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n"

// tree makes the tree that the patches above fit, changed by change.
func tree(t *testing.T, change map[string]string) string {
	t.Helper()
	root := t.TempDir()
	files := map[string]string{"src/a.txt": before, "old.txt": "old"}
	maps.Copy(files, change)
	for name, content := range files {
		if content == "" {
			continue
		}
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
	return root
}

func read(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		name, err := filepath.Rel(root, path)
		require.NoError(t, err)
		files[filepath.ToSlash(name)] = string(data)
		return nil
	}))
	return files
}

func patches(text string) fs.FS { return fstest.MapFS{"x/1/0001-a.patch": {Data: []byte(text)}} }

func TestApplyChangesCreatesAndDeletes(t *testing.T) {
	t.Parallel()
	root := tree(t, nil)
	applied, err := patch.Apply(patches(header+change+create+remove), "x/1/0001-a.patch", root)
	require.NoError(t, err)
	require.Equal(t, patch.Applied{
		Name:   "x/1/0001-a.patch",
		Header: patch.Header{Why: "two lines of reason", Upstream: "none", Until: "for ever"},
		Files:  []string{"src/a.txt", "new/tool.sh", "old.txt"},
	}, applied)
	require.Equal(t, map[string]string{
		"src/a.txt":   "one\ntwo\nTHREE\nthree and a half\nfour\nfive\nsix\nseven\neight\nNINE\n",
		"new/tool.sh": "#!/bin/sh\n",
	}, read(t, root))
	info, err := os.Stat(filepath.Join(root, "new/tool.sh"))
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o755), info.Mode())
}

func TestAPatchedFileKeepsItsMode(t *testing.T) {
	t.Parallel()
	root := tree(t, nil)
	require.NoError(t, os.Chmod(filepath.Join(root, "src/a.txt"), 0o755))
	_, err := patch.Apply(patches(header+change), "x/1/0001-a.patch", root)
	require.NoError(t, err)
	info, err := os.Stat(filepath.Join(root, "src/a.txt"))
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o755), info.Mode())
}

func TestApplyDoesNotReachAHardLinksOtherName(t *testing.T) {
	t.Parallel()
	root := tree(t, nil)
	other := filepath.Join(t.TempDir(), "other")
	require.NoError(t, os.Link(filepath.Join(root, "src/a.txt"), other))
	_, err := patch.Apply(patches(header+change), "x/1/0001-a.patch", root)
	require.NoError(t, err)
	data, err := os.ReadFile(other)
	require.NoError(t, err)
	require.Equal(t, before, string(data))
}

func TestAConflictNamesPlaceAndTextsAndChangesNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change map[string]string
		want   patch.Conflict
	}{
		"another line": {
			map[string]string{"src/a.txt": strings.Replace(before, "nine", "9", 1)},
			patch.Conflict{File: "src/a.txt", Hunk: 2, Line: 9, Expected: "nine", Found: "9"},
		},
		"one line off": {
			map[string]string{"src/a.txt": "zero\n" + before},
			patch.Conflict{File: "src/a.txt", Hunk: 1, Line: 2, Expected: "two", Found: "one"},
		},
		"too short": {
			map[string]string{"src/a.txt": "one\ntwo\nthree\nfour\n"},
			patch.Conflict{File: "src/a.txt", Hunk: 2, Line: 8, Expected: "eight", Found: "(end of file)"},
		},
		"short by one": {
			map[string]string{"src/a.txt": strings.TrimSuffix(before, "nine\n")},
			patch.Conflict{File: "src/a.txt", Hunk: 2, Line: 9, Expected: "nine", Found: "(end of file)"},
		},
		"Windows line ends": {
			map[string]string{"src/a.txt": strings.ReplaceAll(before, "\n", "\r\n")},
			patch.Conflict{File: "src/a.txt", Hunk: 1, Line: 2, Expected: "two", Found: "two\r"},
		},
		"no line end": {
			map[string]string{"src/a.txt": strings.TrimSuffix(before, "\n")},
			patch.Conflict{File: "src/a.txt", Hunk: 2, Line: 9, Expected: "nine\n", Found: "nine"},
		},
		"more to delete": {
			map[string]string{"old.txt": "old\nolder\n"},
			patch.Conflict{File: "old.txt", Hunk: 1, Line: 1, Expected: "old", Found: "old\n"},
		},
		"missing": {
			map[string]string{"src/a.txt": ""},
			patch.Conflict{File: "src/a.txt", Expected: "(a regular file)", Found: "(no file)"},
		},
		"there already": {
			map[string]string{"new/tool.sh": "mine"},
			patch.Conflict{File: "new/tool.sh", Expected: "(no file)", Found: "(a regular file)"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := tree(t, test.change)
			files := read(t, root)
			_, err := patch.Apply(patches(header+change+create+remove), "x/1/0001-a.patch", root)
			var conflict *patch.Conflict
			require.ErrorAs(t, err, &conflict)
			test.want.Patch = "x/1/0001-a.patch"
			require.Equal(t, test.want, *conflict)
			require.Equal(t, files, read(t, root))

			var f *fault.Error
			require.ErrorAs(t, err, &f)
			require.Contains(t, f.Hint, "patches/x/1/0001-a.patch")
			require.Contains(t, f.Hint, "for ever")
		})
	}
}

func TestAConflictReadsAsASentence(t *testing.T) {
	t.Parallel()
	c := &patch.Conflict{Patch: "x/1/0001-a.patch", File: "a.cc", Hunk: 2, Line: 9, Expected: "nine", Found: "9"}
	require.EqualError(t, c, `patch x/1/0001-a.patch does not fit a.cc:9, hunk 2: expected "nine", found "9"`)
}

func TestASymbolicLinkIsNotPatched(t *testing.T) {
	t.Parallel()
	root := tree(t, map[string]string{"real.txt": before, "src/a.txt": ""})
	require.NoError(t, os.Mkdir(filepath.Join(root, "src"), 0o755))
	require.NoError(t, os.Symlink("../real.txt", filepath.Join(root, "src/a.txt")))
	_, err := patch.Apply(patches(header+change), "x/1/0001-a.patch", root)
	var conflict *patch.Conflict
	require.ErrorAs(t, err, &conflict)
}

func TestParseRefusesWhatIsDamagedOrNotProvidedFor(t *testing.T) {
	t.Parallel()
	cut := func(text, old, with string) string {
		require.Contains(t, text, old)
		return header + strings.Replace(text, old, with, 1)
	}
	for name, test := range map[string]struct{ text, want string }{
		"empty":                {"", "no Why:"},
		"header only":          {header, `no line begins with "diff --git "`},
		"plain diff":           {header + "--- a.txt\n+++ a.txt\n@@ -1 +1 @@\n-a\n+b\n", "header line"},
		"no reason":            {"Upstream: x\nUntil: y\n" + change, "no Why:"},
		"empty field":          {"Why:\nUpstream: x\nUntil: y\n" + change, "no Why:"},
		"unknown field":        {"Because: x\n" + header + change, `"Because: x"`},
		"field twice":          {header + "Why: again\n" + change, `"Why: again"`},
		"nothing to continue":  {" x\n" + header + change, "continues no field"},
		"cut in a line":        {header + change[:len(change)-1], "account for"},
		"cut after a line":     {cut(change, "+NINE\n", ""), "miscounts"},
		"cut in a hunk header": {header + change[:strings.Index(change, "@@ -8")+5], "invalid fragment header"},
		"line too much":        {header + change + "+ten\n", "account for"},
		"line too much inside": {cut(change, " four\n", " four\n+five\n"), "without file header"},
		"not a hunk line":      {cut(change, "-nine", "nine"), "invalid line operation"},
		"hunks out of order":   {cut(change, "@@ -8,2", "@@ -3,2"), "hunk 2 begins before"},
		"no hunk":              {header + change[:strings.Index(change, "@@ -2")], "only changes of text"},
		"out of the tree":      {header + strings.ReplaceAll(change, "src/a.txt", "../a.txt"), "not a path inside"},
		"two names":            {cut(change, "+++ b/src/a.txt", "+++ b/src/b.txt"), "b.txt"},
		"one file twice":       {header + change + change, "two parts"},
		"mode":                 {cut(change, "index", "old mode 100644\nnew mode 100755\nindex"), "changes of a mode"},
		"symbolic link":        {cut(create, "100755", "120000"), "mode 120000"},
		"rename": {
			header + "diff --git a/a b/b\nsimilarity index 100%\nrename from a\nrename to b\n",
			"only changes of text",
		},
		"binary": {
			header + "diff --git a/a b/a\nindex 1..2 100644\nBinary files a/a and b/a differ\n",
			"only changes of text",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := patch.Parse("x/1/0001-a.patch", test.text)
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, `patch "x/1/0001-a.patch"`)
		})
	}
}

// A patch that is cut anywhere but between two files must be refused.
func TestParseNoticesEveryTruncation(t *testing.T) {
	t.Parallel()
	for end := range len(header + change) {
		_, err := patch.Parse("x", (header + change)[:end])
		if end == len(header)+strings.Index(change, "@@ -8") {
			continue // a whole hunk is gone: nothing tells
		}
		require.Error(t, err, "%q", (header + change)[:end])
	}
}

// Whatever one line is replaced by, a patch with that line in a hunk conflicts.
func TestEveryLineOfAHunkCounts(t *testing.T) {
	t.Parallel()
	lines := strings.SplitAfter(before, "\n")
	rapid.Check(t, func(r *rapid.T) {
		i := rapid.SampledFrom([]int{1, 2, 3, 7, 8}).Draw(r, "line")
		word := rapid.StringMatching(`[a-z]{1,5}`).Filter(func(s string) bool { return s+"\n" != lines[i] }).Draw(r, "word")
		changed := strings.Join(lines[:i], "") + word + "\n" + strings.Join(lines[i+1:], "")
		_, err := patch.Apply(patches(header+change), "x/1/0001-a.patch", tree(t, map[string]string{"src/a.txt": changed}))
		var conflict *patch.Conflict
		if require.ErrorAs(r, err, &conflict); conflict.Line != i+1 {
			r.Fatalf("conflict at line %d, want %d", conflict.Line, i+1)
		}
	})
}

func TestListGivesPatchesInOrderAndRefusesStrangers(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"x/1/0002-b.patch":     {},
		"x/1/0001-a.patch":     {},
		"x/1/overlay/CMake":    {},
		"x/2/0001-other.patch": {},
		"y/1/1-short.patch":    {},
	}
	names, err := patch.List(files, "x", "1")
	require.NoError(t, err)
	require.Equal(t, []string{"x/1/0001-a.patch", "x/1/0002-b.patch"}, names)
	names, err = patch.List(files, "x", "3")
	require.NoError(t, err)
	require.Empty(t, names)
	_, err = patch.List(files, "y", "1")
	require.ErrorContains(t, err, `"patches/y/1/1-short.patch" is not named NNNN-title.patch`)
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{header + change + create + remove, header + change[:100], change, ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := patch.Parse("x", text)
		if err != nil {
			return
		}
		require.NotEmpty(t, p.Files())
		require.NotEmpty(t, p.Header.Why)
		for _, name := range p.Files() {
			require.True(t, filepath.IsLocal(name), name)
		}
	})
}
