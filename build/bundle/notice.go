package bundle

import (
	"fmt"
	"slices"
	"strings"
)

// notes adds what a person should know about a closure.
func (m *Manifest) notes(c closure) {
	for _, name := range slices.Sorted(slices.Values(c.unknown)) {
		m.Notes = append(m.Notes, "not carried, since no given folder has it: "+name)
	}
	if c.program == nil {
		return
	}
	if !c.program.dynamic {
		m.Notes = append(m.Notes, "the program is static: it cannot open a library or the driver")
		return
	}
	_, carried := c.libraries["libstdc++.so.6"]
	if carried && !slices.Contains(c.program.needed, "libstdc++.so.6") {
		m.Notes = append(m.Notes, "the program does not need libstdc++.so.6 and its libraries do: if it has ONNX Runtime "+
			"inside, there are two C++ runtimes in the process; link it without -static-libstdc++")
	}
}

// notice returns the text for the person who gets the bundle.
func (m Manifest) notice() string {
	text := &strings.Builder{}
	if m.Target.GLIBC == "" {
		fmt.Fprintln(text, "This folder runs from anywhere; keep its files together. It needs nothing of the machine but its kernel.")
	} else {
		fmt.Fprintln(text, "This folder runs from anywhere; keep its files together. It needs of the machine:")
		fmt.Fprintf(text, "\n  - glibc %s or newer (%s)\n", m.Target.GLIBC, strings.Join(m.Target.System, ", "))
	}
	if len(m.Target.Driver) > 0 {
		fmt.Fprintf(text, "  - for the GPU, NVIDIA's driver (%s): it belongs to the machine and is never carried\n",
			strings.Join(m.Target.Driver, ", "))
	}
	if m.CUDNN != "" {
		fmt.Fprintf(text, "\ncuDNN is %s. All of its parts are of this version: replace all of them or none.\n", m.CUDNN)
	}
	fmt.Fprintln(text, "\nLibraries and the folders with their licences, which say how they may be passed on:")
	fmt.Fprintln(text)
	var changed []string
	for _, file := range m.Files {
		if !strings.HasPrefix(file.Path, "lib/") {
			continue
		}
		fmt.Fprintf(text, "  %-44s %-14s see LICENSES/%s\n", file.Path, file.Version, file.Licence)
		if !file.Original.IsZero() {
			changed = append(changed, file.Path)
		}
	}
	if len(changed) > 0 {
		fmt.Fprintf(text, "\nIn these only the run path was changed: %s.\n", strings.Join(changed, ", "))
	}
	if len(m.Notes) > 0 {
		fmt.Fprintln(text, "\nNotes:")
		fmt.Fprintln(text)
	}
	for _, note := range m.Notes {
		fmt.Fprintf(text, "  - %s\n", note)
	}
	return text.String()
}
