package bundle

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

func mapKeys[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }

// problems returns what is wrong with a bundle, the files first.
func (b inspected) problems() []error {
	list := slices.Clone(b.faults)
	for _, name := range slices.Sorted(mapKeys(b.objects)) {
		list = append(list, b.problemsOf(name, b.objects[name])...)
	}
	for _, opened := range b.manifest.Opened {
		if !b.has(opened.Name) {
			list = append(list, fmt.Errorf("%s opens %s while it runs, which is not in the bundle", opened.By, opened.Name))
		}
	}
	version, err := cudnnVersion(b.libraries)
	if err != nil {
		list = append(list, err)
	} else if version != b.manifest.CUDNN {
		list = append(list, fmt.Errorf("cuDNN is of version %q, the manifest says %q", version, b.manifest.CUDNN))
	}
	return list
}

func (b inspected) has(soname string) bool { return b.libraries[soname] != "" }

// problemsOf returns what is wrong with one file, by the rules and not by the manifest.
func (b inspected) problemsOf(name string, o object) []error {
	var list []error
	base := name[strings.IndexByte(name, '/')+1:]
	if driverLibrary.MatchString(base) {
		list = append(list, fmt.Errorf("%s belongs to the driver, which must be the target machine's own", name))
	}
	if systemLibrary.MatchString(base) {
		list = append(list, fmt.Errorf("%s belongs to the C library, which must be the target machine's own", name))
	}
	if strings.HasPrefix(name, "lib/") && o.soname != "" && o.soname != base {
		list = append(list, fmt.Errorf("%s calls itself %s: the loader would not find it by that name", name, o.soname))
	}
	if o.machine.String() != b.manifest.Machine {
		list = append(list, fmt.Errorf("%s is for %s, the bundle for %s", name, o.machine, b.manifest.Machine))
	}
	siblings := false
	for _, needed := range o.needed {
		switch {
		case b.has(needed):
			siblings = true
		case !systemLibrary.MatchString(needed) && !driverLibrary.MatchString(needed):
			list = append(list, fmt.Errorf("%s needs %s, which is not in the bundle", name, needed))
		}
	}
	for _, opening := range Openings {
		if opening.By != stem(o.soname) {
			continue
		}
		for _, opened := range opening.Opens {
			siblings = true
			if !b.hasStem(opened) {
				list = append(list, fmt.Errorf("%s opens %s while it runs, which is not in the bundle", name, opened))
			}
		}
	}
	siblings = siblings || slices.ContainsFunc(b.manifest.Opened, func(opened Opened) bool { return opened.By == base })
	want := libraryRunPath
	if strings.HasPrefix(name, "bin/") {
		want = programRunPath
	}
	if paths := slices.Concat(o.rpath, o.runpath); len(paths) > 0 && !o.hasRunPath(want) {
		list = append(list, fmt.Errorf("%s looks for libraries in %q, not in %q alone", name, paths, want))
	} else if siblings && len(paths) == 0 {
		list = append(list, fmt.Errorf("%s has no run path, and it needs libraries of the bundle", name))
	}
	if floor := b.manifest.Target.GLIBC; compareVersions(o.glibc, floor) > 0 {
		list = append(list, fmt.Errorf("%s needs glibc %s, the manifest says %s", name, o.glibc, floor))
	}
	return list
}

func (b inspected) hasStem(name string) bool {
	for soname := range b.libraries {
		if stem(soname) == name {
			return true
		}
	}
	return false
}
