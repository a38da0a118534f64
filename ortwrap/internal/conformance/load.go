package conformance

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Case is one test: a model and the data sets to try on it.
type Case struct {
	Name  string // "test_abs"
	Model []byte
	Sets  []Set
}

// Set is one data set: the content of the files input_0.pb, input_1.pb, … and output_0.pb, ….
type Set struct {
	Inputs, Outputs [][]byte
}

// folder is where ONNX's sources have the node tests.
const folder = "onnx/backend/test/data/node"

// maxBytes bounds what is read; the node tests of ONNX 1.17 take 18 MB.
const maxBytes = 1 << 30

// Load reads the cases, sorted by name, from ONNX's source archive (.tar.gz or .zip), from its unpacked sources, or
// from a folder with a subfolder for each case.
func Load(name string) ([]Case, error) {
	c := collector{cases: map[string]*draft{}}
	if err := c.read(name); err != nil {
		return nil, fmt.Errorf("reading test cases from %q: %w", name, err)
	}
	cases, err := c.finish()
	if err != nil {
		return nil, fmt.Errorf("reading test cases from %q: %w", name, err)
	}
	return cases, nil
}

func (c *collector) read(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return c.readFolder(os.DirFS(name))
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	magic := make([]byte, 4)
	if _, err := file.ReadAt(magic, 0); err != nil {
		return err
	}
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		return c.readTar(file)
	case string(magic) == "PK\x03\x04":
		archive, err := zip.NewReader(file, info.Size())
		if err != nil {
			return err
		}
		return c.readZip(archive)
	default:
		return errors.New("it is neither a folder nor a .tar.gz or .zip archive")
	}
}

func (c *collector) readFolder(root fs.FS) error {
	if sub, err := fs.Sub(root, folder); err == nil {
		if _, err := fs.Stat(sub, "."); err == nil {
			root = sub
		}
	}
	return fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return c.add(name, func() (io.ReadCloser, error) { return root.Open(name) })
	})
}

func (c *collector) readTar(file io.Reader) error {
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	archive := tar.NewReader(unzipped)
	for {
		header, err := archive.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if _, name, ok := strings.Cut(header.Name, folder+"/"); ok && header.Typeflag == tar.TypeReg {
			if err := c.add(name, func() (io.ReadCloser, error) { return io.NopCloser(archive), nil }); err != nil {
				return err
			}
		}
	}
}

func (c *collector) readZip(archive *zip.Reader) error {
	for _, entry := range archive.File {
		if _, name, ok := strings.Cut(entry.Name, folder+"/"); ok && entry.Mode().IsRegular() {
			if err := c.add(name, entry.Open); err != nil {
				return err
			}
		}
	}
	return nil
}

// collector puts cases together from files in any order.
type collector struct {
	cases map[string]*draft
	size  int64
}

// draft is a case of which some files have been seen.
type draft struct {
	model []byte
	files map[part][]byte
}

// part names a data file of a case.
type part struct {
	set    int
	output bool
	index  int
}

var dataFile = regexp.MustCompile(`^([^/]+)/test_data_set_(\d{1,4})/(input|output)_(\d{1,4})\.pb$`)

// add takes a file "<case>/model.onnx" or "<case>/test_data_set_<n>/input_<k>.pb"; all others are passed over.
func (c *collector) add(name string, open func() (io.ReadCloser, error)) error {
	match := dataFile.FindStringSubmatch(name)
	test, isModel := strings.CutSuffix(name, "/model.onnx")
	isModel = isModel && !strings.Contains(test, "/")
	if match == nil && !isModel {
		return nil
	}
	data, err := c.content(open)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if isModel {
		c.draft(test).model = data
		return nil
	}
	set, _ := strconv.Atoi(match[2]) // the expression lets digits only through
	index, _ := strconv.Atoi(match[4])
	c.draft(match[1]).files[part{set, match[3] == "output", index}] = data
	return nil
}

func (c *collector) content(open func() (io.ReadCloser, error)) ([]byte, error) {
	file, err := open()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxBytes-c.size+1))
	if c.size += int64(len(data)); c.size > maxBytes {
		return nil, errors.New("the test data are too large")
	}
	return data, err
}

func (c *collector) draft(test string) *draft {
	if c.cases[test] == nil {
		c.cases[test] = &draft{files: map[part][]byte{}}
	}
	return c.cases[test]
}

// finish checks that nothing is missing.
func (c *collector) finish() ([]Case, error) {
	cases := make([]Case, 0, len(c.cases))
	for name, d := range c.cases {
		t := Case{Name: path.Base(name), Model: d.model}
		for set := 0; ; set++ {
			s := Set{Inputs: d.list(set, false), Outputs: d.list(set, true)}
			if len(s.Outputs) == 0 {
				break
			}
			t.Sets = append(t.Sets, s)
		}
		if d.model == nil || t.files() != len(d.files) || len(t.Sets) == 0 {
			return nil, fmt.Errorf("case %q lacks its model, its outputs or a file between others", name)
		}
		cases = append(cases, t)
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("there are none: expected <case>/model.onnx and test_data_set_0/output_0.pb, in %s", folder)
	}
	slices.SortFunc(cases, func(a, b Case) int { return cmp.Compare(a.Name, b.Name) })
	return cases, nil
}

func (d *draft) list(set int, output bool) [][]byte {
	var list [][]byte
	for {
		data, ok := d.files[part{set, output, len(list)}]
		if !ok {
			return list
		}
		list = append(list, data)
	}
}

func (c Case) files() int {
	n := 0
	for _, s := range c.Sets {
		n += len(s.Inputs) + len(s.Outputs)
	}
	return n
}
