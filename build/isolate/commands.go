package isolate

import (
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

const (
	gathered     = ".ort_static_ctors"    // where ctors.ld puts the constructors
	ends         = ".ort_static_dtors"    // and what runs at a program's end
	constructors = ".data.rel" + gathered // what the section is called in the end
)

// join returns the command that makes one object of all. Groups are dissolved because the next step makes the symbols
// local which name them: a linker that met such a group again would drop it with the code that this object uses.
func join(in Input, script, list, out string) run.Cmd {
	args := []string{"-r", "-d", "--force-group-allocation", "-T", script, "-o", out, "@" + list}
	if len(in.Archives) > 0 {
		args = append(args, "--start-group")
		args = append(args, in.Archives...)
		args = append(args, "--end-group")
	}
	return run.Cmd{Path: in.LD, Args: args}
}

// localise returns the command that leaves one global symbol. The sections of ctors.ld are named anew with flags,
// because only then do they lose their types, which alone would make some linkers run them at the program's start or end.
func localise(in Input, from, to string) run.Cmd {
	return run.Cmd{Path: in.Objcopy, Args: []string{
		"--keep-global-symbol=" + Entry(in.Name),
		"--rename-section", gathered + "=" + constructors + ",alloc,load,data,contents",
		"--rename-section", ends + "=.data.rel" + ends + ",alloc,load,data,contents",
		from, to,
	}}
}

// response returns the text of a response file. A list of a thousand objects does not fit into a command line.
func response(words []string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, `'`, `\'`, " ", `\ `, "\t", "\\\t", "\n", "\\\n")
	text := &strings.Builder{}
	for _, word := range words {
		text.WriteString(escape.Replace(word) + "\n")
	}
	return text.String()
}
