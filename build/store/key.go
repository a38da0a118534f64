package store

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
)

// Fact is one thing that a result depends on: {"tool", "cxx", "g++ (Debian 12.2.0-14) 12.2.0"}.
type Fact struct {
	Group string // lower-case word: what kind of thing
	Name  string // which one; unique in its group
	Value string
}

// String returns the fact as a line of a key, without the line's end.
func (f Fact) String() string { return f.Group + " " + quoteWord(f.Name) + " " + quoteRest(f.Value) }

// Key is a written description of everything that a result depends on. The zero value is no key.
type Key struct {
	schema int
	facts  []Fact
	text   string
}

// NewKey returns the key that facts make, in whatever order. schema numbers the meaning of the facts: raise it, and
// everything is made anew. Two facts with the same group and name are refused, even if their values agree.
func NewKey(schema int, facts []Fact) (Key, error) {
	if schema < 0 {
		return Key{}, fmt.Errorf("schema number %d is negative", schema)
	}
	sorted := slices.SortedFunc(slices.Values(facts), compareNames)
	text := &strings.Builder{}
	fmt.Fprintf(text, "schema %d\n", schema)
	for i, fact := range sorted {
		switch {
		case !isGroup(fact.Group):
			return Key{}, fmt.Errorf("fact %q: the group is not a lower-case word", fact)
		case fact.Name == "":
			return Key{}, fmt.Errorf("fact %q: the name is empty", fact)
		case i > 0 && sorted[i-1].Group == fact.Group && sorted[i-1].Name == fact.Name:
			name := fact.Group + " " + fact.Name
			return Key{}, fmt.Errorf("fact %q is stated twice: %q and %q", name, sorted[i-1].Value, fact.Value)
		}
		text.WriteString(fact.String() + "\n")
	}
	return Key{schema, sorted, text.String()}, nil
}

// ParseKey reads what [Key.Text] returned. Any other spelling of the same facts is refused, so that equal keys always
// have equal texts.
func ParseKey(text string) (Key, error) {
	first, rest, _ := strings.Cut(text, "\n")
	number, found := strings.CutPrefix(first, "schema ")
	schema, err := strconv.Atoi(number)
	if !found || err != nil {
		return Key{}, fmt.Errorf("line 1: want \"schema NUMBER\", got %q", first)
	}
	var facts []Fact
	n := 1
	for line := range strings.Lines(rest) {
		n++
		fact, err := parseFact(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return Key{}, fmt.Errorf("line %d: %w", n, err)
		}
		facts = append(facts, fact)
	}
	key, err := NewKey(schema, facts)
	if err == nil && key.text != text {
		err = errors.New("the text is not in its normal form (sorted, quoted only where needed, each line ended)")
	}
	if err != nil {
		return Key{}, err
	}
	return key, nil
}

func parseFact(line string) (fact Fact, err error) {
	group, rest, _ := strings.Cut(line, " ")
	fact.Group = group
	if fact.Name, rest, err = cutWord(rest); err != nil {
		return fact, err
	}
	fact.Value, err = cutRest(rest)
	return fact, err
}

func compareNames(a, b Fact) int {
	return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(a.Name, b.Name))
}

// isGroup tells whether word is made of lower-case letters, digits and dashes.
func isGroup(word string) bool {
	return word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// ID returns the SHA-256 of the text.
func (k Key) ID() digest.Digest { return digest.OfBytes([]byte(k.text)) }

// Text returns the description: the schema number, then one sorted fact a line.
func (k Key) Text() string { return k.text }

// Facts returns a copy of the facts, sorted.
func (k Key) Facts() []Fact { return slices.Clone(k.facts) }

// EntryID returns the name of the entry that has the key: the start of the key's SHA-256, 32 hexadecimal digits. They
// are enough, and short enough for a path in a compiler's message.
func (k Key) EntryID() string { return k.ID().Hex()[:32] }
