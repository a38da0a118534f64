package patch

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
)

// Header says why a patch exists. All three fields are required.
type Header struct {
	Why      string // what goes wrong without it
	Upstream string // reference: the change, issue or commit that concerns it
	Until    string // when to delete it
}

// Patch is a parsed patch file.
type Patch struct {
	Name   string // path in the file system of patches, slashes
	Header Header
	files  []*gitdiff.File
}

// sectionMark begins each file's part of a patch.
const sectionMark = "diff --git "

// Parse reads the text of a patch file. Only text files that are changed, created or deleted are provided for. Anything
// that does not belong to the header or to a hunk is an error, so a damaged patch never applies in part.
func Parse(name, text string) (Patch, error) {
	sections := split(text)
	header, err := parseHeader(sections[0])
	if err == nil && len(sections) == 1 {
		err = fmt.Errorf("no line begins with %q: the patch is empty or not in the form of git diff", sectionMark)
	}
	if err != nil {
		return Patch{}, fmt.Errorf("patch %q: %w", name, err)
	}
	p := Patch{Name: name, Header: header}
	seen := map[string]bool{}
	for _, section := range sections[1:] {
		file, err := parseSection(section)
		if err == nil && seen[path(file)] {
			err = errors.New("the patch has two parts for this file")
		}
		if err != nil {
			first, _, _ := strings.Cut(section, "\n")
			return Patch{}, fmt.Errorf("patch %q is damaged, at %q: %w", name, first, err)
		}
		seen[path(file)] = true
		p.files = append(p.files, file)
	}
	return p, nil
}

// Files returns the paths that the patch changes, with slashes, in its order.
func (p Patch) Files() []string {
	names := make([]string, len(p.files))
	for i, file := range p.files {
		names[i] = path(file)
	}
	return names
}

// split cuts text before each line that begins a file's part. The lines of hunks begin with another character.
func split(text string) []string {
	sections := []string{""}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, sectionMark) {
			sections = append(sections, "")
		}
		sections[len(sections)-1] += line
	}
	return sections
}

func parseHeader(text string) (Header, error) {
	var h Header
	fields := map[string]*string{"Why": &h.Why, "Upstream": &h.Upstream, "Until": &h.Until}
	var field *string
	for line := range strings.Lines(text) {
		content := strings.TrimSpace(line)
		if content == "" {
			continue
		}
		if line[0] == ' ' || line[0] == '\t' {
			if field == nil {
				return Header{}, fmt.Errorf("header line %q continues no field", content)
			}
			*field = strings.TrimSpace(*field + " " + content)
			continue
		}
		key, value, _ := strings.Cut(content, ":")
		next, ok := fields[key]
		if !ok || *next != "" {
			return Header{}, fmt.Errorf("header line %q: want each of Why:, Upstream: and Until: once", content)
		}
		field = next
		*field = strings.TrimSpace(value)
	}
	for _, key := range []string{"Why", "Upstream", "Until"} {
		if *fields[key] == "" {
			return Header{}, fmt.Errorf("the header has no %s:", key) //nolint:revive,staticcheck // the colon belongs to the key
		}
	}
	return h, nil
}

func parseSection(text string) (*gitdiff.File, error) {
	files, _, err := gitdiff.Parse(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	if len(files) != 1 {
		return nil, fmt.Errorf("%d files in one part", len(files))
	}
	file := files[0]
	switch {
	case file.IsBinary, file.IsRename, file.IsCopy, len(file.TextFragments) == 0:
		return nil, errors.New("only changes of text are provided for: no binary files, renames, copies or bare modes")
	case !file.IsNew && !file.IsDelete && file.OldName != file.NewName:
		return nil, fmt.Errorf("the part names two files: %q and %q", file.OldName, file.NewName)
	case file.IsNew && file.NewMode&^0o111 != fs.FileMode(0o100644): // the number as git writes it
		return nil, fmt.Errorf("mode %o is not that of a regular file", file.NewMode)
	case !file.IsNew && file.NewMode != 0:
		return nil, errors.New("changes of a mode are not provided for")
	case !filepath.IsLocal(filepath.FromSlash(path(file))):
		return nil, fmt.Errorf("%q is not a path inside the tree", path(file))
	}
	return file, checkComplete(text, file)
}

// checkComplete counts lines: the parser skips what it does not know, such as lines that a hunk's header leaves out.
func checkComplete(text string, file *gitdiff.File) error {
	hunks := -1
	for line := range strings.Lines(text) {
		if hunks >= 0 || strings.HasPrefix(line, "@@ ") {
			hunks++
		}
	}
	known, end := -1, int64(0)
	for i, hunk := range file.TextFragments {
		if hunk.OldPosition < end {
			return fmt.Errorf("hunk %d begins before the end of the one above it", i+1)
		}
		end = hunk.OldPosition + hunk.OldLines
		known++
		for _, line := range hunk.Lines {
			known++
			if line.NoEOL() {
				known++ // the line "\ No newline at end of file"
			}
		}
	}
	if known != hunks {
		return fmt.Errorf("its hunks have %d lines, their headers account for %d", hunks+1, known+1)
	}
	return nil
}

// path returns the name of the file that a part of a patch is for.
func path(file *gitdiff.File) string {
	if file.IsDelete {
		return file.OldName
	}
	return file.NewName
}
