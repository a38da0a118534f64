package audit

import (
	"fmt"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// Kind says what is wrong with an object.
type Kind string

// What can be wrong with an object. The values are what a person reads.
const (
	NotObject   Kind = "not an object that can be linked"
	Foreign     Kind = "built for another machine"
	ExecStack   Kind = "asking for an executable stack"
	PrivatePath Kind = "naming a folder of the build machine"
	Duplicate   Kind = "defining a symbol that another object defines"
	Bitcode     Kind = "carrying code of LLVM beside that of the machine"
	TooNew      Kind = "asking for a newer system than the library is for"
)

// kinds is the order in which problems are told: the worst first.
var kinds = []Kind{NotObject, Foreign, Duplicate, ExecStack, TooNew, Bitcode, PrivatePath}

// Finding is one thing that is wrong with one object.
type Finding struct {
	Kind    Kind   `json:"kind"`
	Library string `json:"library"` // the archive that the object came from, "libre2.a"
	Member  string `json:"member"`  // "re2.cc.o"
	Detail  string `json:"detail"`  // the symbol, the path, the machine
}

// String returns "re2.cc.o of libre2.a: /home/me/re2/re2.cc".
func (f Finding) String() string {
	text := f.Member
	if f.Library != "" {
		text += " of " + f.Library
	}
	if f.Detail != "" {
		text += ": " + f.Detail
	}
	return text
}

// Problems returns what must fail a build, one line for each kind of problem; none if the archive is sound.
func (r Report) Problems() []string {
	var problems []string
	if r.Objects != r.Merged {
		problems = append(problems, fmt.Sprintf("the archive has %s, %d were merged", count(r.Objects, "object"), r.Merged))
	}
	for _, kind := range kinds {
		var found []string
		for _, f := range r.Findings {
			if f.Kind == kind {
				found = append(found, f.String())
			}
		}
		if len(found) > 0 {
			problems = append(problems, fmt.Sprintf("%s %s: %s", count(len(found), "object"), kind, some(found)))
		}
	}
	if len(r.Missing) > 0 {
		problems = append(problems, fmt.Sprintf("%s for newer processors left out: %s",
			count(len(r.Missing), "kernel"), some(r.Missing)))
	}
	if len(r.Undefined) > 0 {
		var names []string
		for _, u := range r.Undefined {
			names = append(names, u.String())
		}
		problems = append(problems, fmt.Sprintf("%s that nothing defines: %s", count(len(names), "symbol"), some(names)))
	}
	if r.Linked != nil {
		problems = append(problems, r.Linked.closureProblems(r.External)...)
		platform, err := spec.ParsePlatform(r.Platform)
		if err != nil {
			problems = append(problems, err.Error())
		}
		problems = append(problems, r.Linked.floorProblems(platform)...)
	}
	for _, library := range r.Beside {
		for _, problem := range library.Problems() {
			problems = append(problems, library.Name+": "+problem)
		}
	}
	return append(problems, r.deviceProblems()...)
}

// some joins the first few of a list.
func some(list []string) string {
	const most = 3
	if len(list) <= most {
		return strings.Join(list, "; ")
	}
	return fmt.Sprintf("%s; and %d more", strings.Join(list[:most], "; "), len(list)-most)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
