package store

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
)

// Entry is a finished folder of the store. Its files are read-only and stay as they are until the entry is removed.
type Entry struct {
	Dir      string        // the folder itself
	Key      Key           // what it was made from
	Content  digest.Digest // digest of its listing: equal if and only if the folders are equal
	Size     int64         // sum of its files, bytes
	Created  time.Time
	LastUsed time.Time
	Labels   map[string]string // words for a person, no part of the key: "spec" → "1.21.0 linux/amd64 cpu"
}

// ID returns the name of the entry: the start of its key's SHA-256, 32 hexadecimal digits.
func (e Entry) ID() string { return e.Key.EntryID() }

// Damage tells that an entry is not whole, and how.
type Damage struct {
	ID          string       // name of the entry
	Differences []Difference // at least one
	Moved       string       // where it was moved; empty if it is still in its place
}

// String returns the first difference and the number of the others.
func (d Damage) String() string {
	text := fmt.Sprintf("entry %s is damaged: %s", d.ID, d.Differences[0])
	if more := len(d.Differences) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	if d.Moved != "" {
		text += "; it was moved to " + d.Moved
	}
	return text
}

// The marker has the form of a key; its first line is the digest of the others.
const (
	markerName   = "complete"
	markerSchema = 1
)

func markerText(content digest.Digest, created time.Time, labels map[string]string) (string, error) {
	facts := []Fact{{"content", "digest", content.String()}, {"created", "at", created.UTC().Format(time.RFC3339Nano)}}
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		facts = append(facts, Fact{"label", name, labels[name]})
	}
	marker, err := NewKey(markerSchema, facts)
	return marker.ID().String() + "\n" + marker.Text(), err
}

// readMarker fills in what the marker says.
func (e *Entry) readMarker(text string) error {
	sum, rest, _ := strings.Cut(text, "\n")
	marker, err := ParseKey(rest)
	if err != nil {
		return err
	}
	if got := marker.ID().String(); sum != got {
		return fmt.Errorf("its digest is %s, not %s", got, sum)
	}
	e.Labels = map[string]string{}
	for _, fact := range marker.facts {
		switch fact.Group {
		case "content":
			e.Content, err = digest.Parse(fact.Value)
		case "created":
			e.Created, err = time.Parse(time.RFC3339Nano, fact.Value)
		case "label":
			e.Labels[fact.Name] = fact.Value
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// read reads all of the entry at dir but the folder itself, which costs next to nothing. A difference means damage.
func read(dir string) (e Entry, listed []item, damage *Difference) {
	e.Dir = filepath.Join(dir, "out")
	// The marker first: nothing is trusted without it.
	marker, err := os.ReadFile(filepath.Join(dir, markerName))
	if err == nil {
		err = e.readMarker(string(marker))
	}
	if err != nil {
		return e, nil, &Difference{markerName, "the marker of a whole entry", err.Error()}
	}
	info, err := os.Stat(filepath.Join(dir, markerName))
	if err != nil {
		return e, nil, &Difference{markerName, "the marker of a whole entry", err.Error()}
	}
	e.LastUsed = info.ModTime()

	key, err := os.ReadFile(filepath.Join(dir, "key"))
	if err == nil {
		e.Key, err = ParseKey(string(key))
	}
	if err == nil && e.ID() != filepath.Base(dir) {
		err = fmt.Errorf("the key of %s", e.ID())
	}
	if err != nil {
		return e, nil, &Difference{"key", "the key of " + filepath.Base(dir), err.Error()}
	}

	contents, err := os.ReadFile(filepath.Join(dir, "contents"))
	if err != nil {
		return e, nil, &Difference{"contents", e.Content.String(), err.Error()}
	}
	if got := digest.OfBytes(contents); got != e.Content {
		return e, nil, &Difference{"contents", e.Content.String(), got.String()}
	}
	if listed, err = parseContents(string(contents)); err != nil {
		return e, nil, &Difference{"contents", "a listing", err.Error()}
	}
	e.Size = totalSize(listed)
	return e, listed, nil
}

// check reads the whole entry at dir and compares it with its listing. The error is ctx's alone.
func check(ctx context.Context, dir string) (Entry, []Difference, error) {
	entry, listed, damage := read(dir)
	if damage != nil {
		return entry, []Difference{*damage}, nil
	}
	found, err := scan(ctx, entry.Dir)
	if err != nil {
		return entry, nil, err
	}
	return entry, compare(listed, found), nil
}
