package store

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
)

// contentsHeader is the first line of every listing; its number is that of the format.
const contentsHeader = "contents 1\n"

// item is one line of a listing: a folder, a regular file or a symbolic link below out/.
type item struct {
	path   string // with slashes, relative to out/
	kind   string // "dir", "file" or "link"
	exec   bool   // files: whether it is a program
	size   int64  // files: bytes
	digest digest.Digest
	target string // links: what they hold
	fault  error  // why it could not be read; never in a listing
}

// String returns the line without its end: "file 0444 120 sha256:… lib/libonnxruntime.a".
func (i item) String() string { return i.facts() + " " + quoteRest(i.path) }

// facts returns the line without the path. Folders have no mode, and files only two, so that changing who may write to
// a store does not count as damage.
func (i item) facts() string {
	if i.fault != nil {
		return i.fault.Error()
	}
	switch i.kind {
	case "file":
		return fmt.Sprintf("file %04o %d %s", i.mode(), i.size, i.digest)
	case "link":
		return "link " + quoteWord(i.target)
	default:
		return i.kind
	}
}

func (i item) mode() fs.FileMode {
	if i.exec {
		return 0o555
	}
	return 0o444
}

// render returns the listing of items, sorted by path.
func render(items []item) string {
	sorted := slices.SortedFunc(slices.Values(items), func(a, b item) int { return strings.Compare(a.path, b.path) })
	text := &strings.Builder{}
	text.WriteString(contentsHeader)
	for _, i := range sorted {
		text.WriteString(i.String() + "\n")
	}
	return text.String()
}

// parseContents reads what [render] wrote, and nothing else.
func parseContents(text string) ([]item, error) {
	rest, found := strings.CutPrefix(text, contentsHeader)
	if !found {
		return nil, fmt.Errorf("the listing does not start with %q", contentsHeader)
	}
	var items []item
	n := 1
	for line := range strings.Lines(rest) {
		n++
		i, err := parseItem(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return nil, fmt.Errorf("line %d of the listing: %w", n, err)
		}
		items = append(items, i)
	}
	if render(items) != text {
		return nil, errors.New("the listing is not in its normal form")
	}
	return items, nil
}

func parseItem(line string) (i item, err error) {
	i.kind, line, _ = strings.Cut(line, " ")
	switch i.kind {
	case "dir":
	case "link":
		if i.target, line, err = cutWord(line); err != nil {
			return i, err
		}
	case "file":
		words := strings.SplitN(line, " ", 4)
		if len(words) != 4 {
			return i, fmt.Errorf("want mode, size, digest and path, got %q", line)
		}
		i.exec = words[0] == "0555"
		if i.size, err = strconv.ParseInt(words[1], 10, 64); err != nil || i.size < 0 {
			return i, fmt.Errorf("%q is not a size", words[1])
		}
		if i.digest, err = digest.Parse(words[2]); err != nil {
			return i, err
		}
		line = words[3]
	default:
		return i, fmt.Errorf("%q is not a kind of file", i.kind)
	}
	i.path, err = cutRest(line)
	return i, err
}

// totalSize returns the sum of the files' sizes in bytes.
func totalSize(items []item) (sum int64) {
	for _, i := range items {
		sum += i.size
	}
	return sum
}

// Difference is one file that is not as it should be. Wanted and Got are lines of a listing, digests included.
type Difference struct {
	Path        string // relative to the entry: "out/lib/libonnxruntime.a"
	Wanted, Got string
}

// String returns the three on one line.
func (d Difference) String() string {
	return fmt.Sprintf("%q: wanted %s, got %s", d.Path, d.Wanted, d.Got)
}

const nothing = "nothing"

// compare returns how got differs from wanted, sorted by path.
func compare(wanted, got []item) []Difference {
	facts := map[string]Difference{}
	for _, i := range wanted {
		facts[i.path] = Difference{path.Join("out", i.path), i.facts(), nothing}
	}
	for _, i := range got {
		d, listed := facts[i.path]
		if !listed {
			d = Difference{path.Join("out", i.path), nothing, ""}
		}
		d.Got = i.facts()
		facts[i.path] = d
	}
	var differences []Difference
	for _, d := range facts {
		if d.Wanted != d.Got {
			differences = append(differences, d)
		}
	}
	slices.SortFunc(differences, func(a, b Difference) int { return strings.Compare(a.Path, b.Path) })
	return differences
}
