package cuda

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// DefaultArchitectures is what is built where nothing is asked for: Hopper and Blackwell, and PTX for what comes
// after.
const DefaultArchitectures = "90;120"

// Kind is the form of device code.
type Kind int

// SASS is machine code: it runs on the compute capability it was made for, and on later ones of the same major number
// unless it is for this one alone (see [Architectures.Capabilities]).
// PTX is compiled by the driver when it is loaded: it runs on every later compute capability.
const (
	SASS Kind = iota
	PTX
)

// Architecture is one form of device code for one compute capability.
type Architecture struct {
	Number   int  // ten times the compute capability: 90, 120
	Kind     Kind // SASS or PTX
	Specific bool // "90a" was asked for: with the instructions that only this one has
}

// Architectures are what a build has device code for, sorted: SASS in front of PTX, each by number.
type Architectures []Architecture

// ParseArchitectures reads a list such as "90;120". The separators are semicolons, commas and spaces. An entry is a
// number ("90", "90a") or a compute capability ("9.0"); alone or with "-real" it stands for machine code, with
// "-virtual" for PTX, and with "+PTX" for both.
//
// A list without PTX gets that of its highest entry, so that newer chips can run it, unless every entry says "-real".
// PTX of compute capability 12.0 does not help a 10.0 or a 10.3: who has one lists it, or asks for "90+PTX;120".
func ParseArchitectures(text string) (Architectures, error) {
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(";, \t\n", r) })
	if len(words) == 0 {
		return nil, refuseArchitectures(text, fmt.Errorf("the list is empty"))
	}
	var list Architectures
	explicit := true
	for _, word := range words {
		entries, err := parseEntry(word)
		if err != nil {
			return nil, refuseArchitectures(text, err)
		}
		explicit = explicit && strings.HasSuffix(word, "-real")
		list = append(list, entries...)
	}
	if !explicit && len(list.of(PTX)) == 0 {
		highest := slices.MaxFunc(list, func(a, b Architecture) int { return cmp.Compare(a.Number, b.Number) })
		list = append(list, Architecture{Number: highest.Number, Kind: PTX})
	}
	list.sort()
	if err := list.check(); err != nil {
		return nil, refuseArchitectures(text, err)
	}
	return list, nil
}

func refuseArchitectures(text string, err error) error {
	return &fault.Error{
		Op: "read the CUDA architectures", On: strconv.Quote(text), Err: err,
		Hint: "set ORT_CUDA_ARCHS to a list such as 90;120 or 8.6,9.0,12.0+PTX",
	}
}

// parseEntry reads one entry of a list.
func parseEntry(word string) (Architectures, error) {
	kinds := []Kind{SASS}
	name := word
	if rest, ok := strings.CutSuffix(word, "-real"); ok {
		name = rest
	} else if rest, ok := strings.CutSuffix(word, "-virtual"); ok {
		name, kinds = rest, []Kind{PTX}
	} else if len(word) > 4 && strings.EqualFold(word[len(word)-4:], "+PTX") {
		name, kinds = word[:len(word)-4], []Kind{SASS, PTX}
	}
	number, specific := strings.CutSuffix(name, "a")
	if major, minor, ok := strings.Cut(number, "."); ok {
		if len(minor) != 1 {
			return nil, fmt.Errorf("%q is not a compute capability", word)
		}
		number = major + minor
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 50 || n > 999 || strconv.Itoa(n) != number {
		return nil, fmt.Errorf("%q is not an architecture", word)
	}
	if specific && slices.Contains(kinds, PTX) {
		return nil, fmt.Errorf("%q: PTX for the instructions of one chip runs on no other; write %d+PTX", word, n)
	}
	var list Architectures
	for _, kind := range kinds {
		list = append(list, Architecture{Number: n, Kind: kind, Specific: specific})
	}
	return list, nil
}

func (l Architectures) sort() {
	slices.SortStableFunc(l, func(a, b Architecture) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Number, b.Number))
	})
}

// check refuses what ONNX Runtime's CMake files would take and then drop or build wrongly.
func (l Architectures) check() error {
	for i := 1; i < len(l); i++ {
		if l[i].Number == l[i-1].Number && l[i].Kind == l[i-1].Kind {
			return fmt.Errorf("%s is listed twice", l[i])
		}
	}
	if len(l.of(SASS)) == 0 {
		return fmt.Errorf("there is no machine code in it: kernels that are made for one architecture would be left out")
	}
	if len(l.of(PTX)) > 1 {
		return fmt.Errorf("there is PTX for more than one architecture in it, and ONNX Runtime keeps only one")
	}
	return nil
}

// of returns the entries of one kind.
func (l Architectures) of(kind Kind) Architectures {
	return slices.DeleteFunc(slices.Clone(l), func(a Architecture) bool { return a.Kind != kind })
}
