package toolchain

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"sync"

	"github.com/google/renameio/v2"
	"golang.org/x/sys/unix"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
)

// identity tells whether a file is still the same. The time of the last change of the inode cannot be set back by a
// person, so a file that was replaced by another of equal size and time is seen too.
type identity struct {
	Device, Inode    uint64
	Size             int64
	Changed, Written int64 // nanoseconds since 1970
}

func identify(path string) (identity, error) {
	var s unix.Stat_t
	if err := unix.Stat(path, &s); err != nil {
		return identity{}, &os.PathError{Op: "stat", Path: path, Err: err}
	}
	return identity{
		Device: uint64(s.Dev), Inode: s.Ino, Size: s.Size,
		Changed: s.Ctim.Nano(), Written: s.Mtim.Nano(),
	}, nil
}

// remembered is what is known of one program file.
type remembered struct {
	Identity identity
	SHA256   digest.Digest     `json:",omitzero"`
	Outputs  map[string]string `json:",omitempty"` // by arguments
}

// cache remembers digests and outputs of programs, because a build that has nothing to do may take 0.3 s in all. It is
// never trusted for a file that has changed, and a damaged or missing cache file only costs time.
type cache struct {
	path    string
	mu      sync.Mutex
	entries map[string]remembered
	loaded  map[string]remembered
}

func openCache(path string) *cache {
	c := &cache{path: path, entries: map[string]remembered{}}
	if text, err := os.ReadFile(path); err == nil {
		if json.Unmarshal(text, &c.entries) != nil || c.entries == nil {
			c.entries = map[string]remembered{}
		}
	}
	c.loaded = maps.Clone(c.entries)
	return c
}

// save writes what is new. That it could not is no reason to fail: the next run is slower, that is all.
func (c *cache) save() {
	c.mu.Lock()
	defer c.mu.Unlock()
	before, err := json.Marshal(c.loaded)
	if err != nil {
		return
	}
	after, err := json.Marshal(c.entries)
	if err != nil || bytes.Equal(before, after) {
		return
	}
	if err := os.MkdirAll(filepath.Dir(c.path), 0o755); err != nil {
		return
	}
	_ = renameio.WriteFile(c.path, after, 0o644)
}

// known returns what is remembered of a file that has not changed, and what is to be filled in for one that has.
func (c *cache) known(path string) (remembered, error) {
	id, err := identify(path)
	if err != nil {
		return remembered{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if entry, ok := c.entries[path]; ok && entry.Identity == id {
		return entry, nil
	}
	return remembered{Identity: id}, nil
}

// update changes the entry of a file whose identity is still id.
func (c *cache) update(path string, id identity, change func(*remembered)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry := c.entries[path]
	if entry.Identity != id {
		entry = remembered{Identity: id}
	}
	entry.Outputs = maps.Clone(entry.Outputs)
	change(&entry)
	c.entries[path] = entry
}

// digest returns the SHA-256 of a file.
func (c *cache) digest(path string) (digest.Digest, error) {
	known, err := c.known(path)
	if err != nil || !known.SHA256.IsZero() {
		return known.SHA256, err
	}
	sum, _, err := digest.OfFile(path)
	if err != nil {
		return digest.Digest{}, err
	}
	c.update(path, known.Identity, func(r *remembered) { r.SHA256 = sum })
	return sum, nil
}

// output returns what a program prints, from get if it is not known.
func (c *cache) output(path, args string, get func() (string, error)) (string, error) {
	known, err := c.known(path)
	if err != nil {
		return "", err
	}
	if text, ok := known.Outputs[args]; ok {
		return text, nil
	}
	text, err := get()
	if err != nil {
		return "", err
	}
	c.update(path, known.Identity, func(r *remembered) {
		if r.Outputs == nil {
			r.Outputs = map[string]string{}
		}
		r.Outputs[args] = text
	})
	return text, nil
}
