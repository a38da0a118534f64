package bundle

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/glob"
)

// licences copies the licence texts of all carried libraries. A component without one is noted, not refused: the person
// who passes the bundle on must look.
func licences(in Input, dir string, c closure, m *Manifest) error {
	texts := map[string][]string{} // component → files
	for _, name := range slices.Sorted(maps.Keys(c.libraries)) {
		library := c.libraries[name]
		component := componentOf(library.name())
		if _, known := texts[component.name]; !known {
			texts[component.name] = licenceFiles(in, library, component)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if _, err := os.Stat(filepath.Join(in.Tree, "LICENSES", name)); len(texts[name]) == 0 && name != "onnxruntime" && err != nil {
			m.Notes = append(m.Notes, "no licence text was found for "+name)
		}
		for _, text := range texts[name] {
			if err := m.addFile(dir, text, "LICENSES/"+name+"/"+filepath.Base(text)); err != nil {
				return err
			}
		}
	}
	return m.addTree(in, dir)
}

// addTree copies the licences of ONNX Runtime and of all that is inside of it, which the install tree has.
func (m *Manifest) addTree(in Input, dir string) error {
	if in.Tree == "" {
		return nil
	}
	top := filepath.Join(in.Tree, "LICENSES")
	count := 0
	err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		below, err := filepath.Rel(top, path)
		if err != nil {
			return err
		}
		count++
		to := "LICENSES/" + filepath.ToSlash(below)
		if m.has(to) {
			return nil
		}
		return m.addFile(dir, path, to)
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	const notices = "LICENSES/onnxruntime/ThirdPartyNotices.txt"
	if from := filepath.Join(in.Tree, "ThirdPartyNotices.txt"); !m.has(notices) && regular(from) {
		return m.addFile(dir, from, notices)
	}
	if count == 0 {
		m.Notes = append(m.Notes, "no licence text was found for onnxruntime")
	}
	return nil
}

func (m *Manifest) addFile(dir, from, to string) error {
	if _, err := copyFile(from, filepath.Join(dir, filepath.FromSlash(to)), 0o644); err != nil {
		return err
	}
	file, err := describe(dir, to)
	m.Files = append(m.Files, file)
	return err
}

// licenceFiles returns the licence texts of a component: given; else of the wheel, the package or the archive that the
// library is from, whichever is found first.
func licenceFiles(in Input, library found, c component) []string {
	if real, err := filepath.EvalSymlinks(library.path); err == nil {
		library.dir = filepath.Dir(real) // the system's cuDNN is found through a folder of links
	}
	if given := in.Licenses[c.name]; given != "" {
		return []string{given}
	}
	if c.name == "onnxruntime" {
		return nil // the tree's own are all copied
	}
	var patterns [][2]string // folder, pattern
	// Wheels unpacked into one folder: nvidia/cublas/lib and nvidia_cublas_cu12-12.4.5.8.dist-info are in the same one.
	for dir, level := library.dir, 0; level < 4; dir, level = filepath.Dir(dir), level+1 {
		for _, prefix := range []string{
			"nvidia_" + c.name + "-", "nvidia_" + c.name + "_cu[0-9]*-", c.name + "-", c.name + "_*-",
		} {
			info := prefix + "*.dist-info/"
			patterns = append(patterns, [2]string{dir, info + "licenses/*"}, [2]string{dir, info + "L[iI][cC][eE][nN]*"})
		}
	}
	// Debian's packages, installed or unpacked: …/usr/lib/x86_64-linux-gnu and …/usr/share/doc/<package>.
	if c.debian != "" {
		if root, _, ok := strings.Cut(library.dir+"/", "/lib/"); ok {
			for _, base := range []string{root, root + "/usr"} {
				patterns = append(patterns, [2]string{base, "share/doc/" + c.debian + "*/copyright"})
			}
		}
	}
	// The vendor's own archives, and the home of a toolkit.
	for _, name := range []string{"LICENSE*", "License*", "EULA*"} {
		patterns = append(patterns, [2]string{library.home, name}, [2]string{filepath.Dir(library.dir), name})
	}
	var texts []string
	for _, pattern := range patterns {
		if texts = regularFiles(pattern[0], pattern[1]); len(texts) > 0 {
			break
		}
	}
	// oneDNN's wheel has the licences of what is inside of the library apart from its own.
	docs := filepath.Join(library.home, "share", "doc", c.name)
	texts = append(texts, regularFiles(docs, "LICENSE*")...)
	return distinct(append(texts, regularFiles(docs, "THIRD-PARTY*")...))
}

func regularFiles(dir, pattern string) []string {
	paths, _ := glob.In(dir, pattern)
	return slices.DeleteFunc(paths, func(path string) bool {
		info, err := os.Stat(path)
		return err != nil || !info.Mode().IsRegular()
	})
}

// distinct drops files of the same name: they end in one folder.
func distinct(paths []string) []string {
	var list []string
	names := map[string]bool{}
	for _, path := range paths {
		if name := filepath.Base(path); !names[name] {
			names[name] = true
			list = append(list, path)
		}
	}
	return list
}

// has tells whether the bundle has a file already.
func (m *Manifest) has(path string) bool {
	return slices.ContainsFunc(m.Files, func(f File) bool { return f.Path == path })
}

func regular(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
