package devicecode

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Group is the code of one kind for one capability.
type Group struct {
	Kind       Kind   `json:"kind"`
	Capability string `json:"capability"` // "9.0", "9.0a", "10.0f"
	Parts      int    `json:"parts"`      // entries: about one for each source file
	Bytes      int64  `json:"bytes"`      // as stored
}

// Summary returns the groups of the code: SASS before PTX, older capabilities first.
func (c Code) Summary() []Group {
	type key struct {
		kind Kind
		name string
	}
	groups := map[key]*Group{}
	for _, e := range c.Entries {
		k := key{e.Kind, e.Name()}
		if groups[k] == nil {
			groups[k] = &Group{Kind: e.Kind, Capability: e.Name()}
		}
		groups[k].Parts++
		groups[k].Bytes += e.Bytes
	}
	var list []Group
	for _, g := range groups {
		list = append(list, *g)
	}
	order := []Kind{SASS, PTX, Other}
	slices.SortFunc(list, func(a, b Group) int {
		return cmp.Or(
			cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)),
			cmp.Compare(number(a.Capability), number(b.Capability)),
			cmp.Compare(a.Capability, b.Capability),
		)
	})
	return list
}

// Relocatable counts the entries that a device linker was, or is to be, given.
func (c Code) Relocatable() (parts int) {
	for _, e := range c.Entries {
		if e.Relocatable {
			parts++
		}
	}
	return parts
}

// Missing compares the code with what was asked for, a list like "9.0a 12.0a 12.0+PTX": a bare capability asks for SASS,
// one with "+PTX" for PTX only. It returns what was asked and is not there in the words of the list, and what is there
// and was not asked in the same words.
//
// SASS for 9.0a or 9.0f runs on a GPU of 9.0, so it answers "9.0"; not so PTX, which newer GPUs could not take.
func (c Code) Missing(asked string) (missing, extra []string) {
	there := map[string]bool{} // word → asked for
	for _, g := range c.Summary() {
		if g.Kind != Other {
			there[g.word()] = false
		}
	}
	for word := range strings.FieldsSeq(asked) {
		answers := []string{word}
		if bare(word) {
			answers = append(answers, word+"a", word+"f")
		}
		found := false
		for _, answer := range answers {
			if _, ok := there[answer]; ok {
				there[answer], found = true, true
			}
		}
		if !found && !slices.Contains(missing, word) {
			missing = append(missing, word)
		}
	}
	for _, g := range c.Summary() {
		if wanted, ok := there[g.word()]; ok && !wanted {
			extra = append(extra, g.word())
		}
	}
	return missing, extra
}

// word returns how a group is asked for: "9.0", "12.0+PTX".
func (g Group) word() string {
	if g.Kind == PTX {
		return g.Capability + "+PTX"
	}
	return g.Capability
}

// bare tells whether a word asks for SASS of a capability without a suffix.
func bare(word string) bool {
	return word != "" && word[len(word)-1] >= '0' && word[len(word)-1] <= '9'
}

// number returns 120 for "12.0a".
func number(capability string) int {
	n, _ := strconv.Atoi(strings.TrimRight(strings.Replace(capability, ".", "", 1), "af"))
	return n
}
