package source

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source/patch"
)

// stampFile marks a prepared folder as whole.
const stampFile = ".prepared"

// stamp is the content of stampFile.
type stamp struct {
	Key      digest.Digest       `json:"key"` // of all inputs, see Input.key
	Applied  []patch.Applied     `json:"applied"`
	Licenses map[string][]string `json:"licenses"`
}

// key is the digest of all that makes a prepared folder what it is. Its own path is among it, since deps.txt names it.
func (in Input) key(dir string) digest.Digest {
	facts := append(slices.Clone(in.Facts), fmt.Sprintf("folder %q", dir))
	if in.Checkout == "" {
		facts = append(facts, "source archive "+in.Source.SHA256.String())
	}
	for _, d := range in.Resolved {
		facts = append(facts, fmt.Sprintf("archive %s of %s", in.Dependencies[d.Name].SHA256, describe(d)))
	}
	return digest.OfBytes([]byte(strings.Join(facts, "\n")))
}

func newStamp(components []component) stamp {
	s := stamp{Licenses: map[string][]string{}}
	for _, c := range components {
		s.Applied = append(s.Applied, c.applied...)
		s.Licenses[c.name] = c.licenses
	}
	return s
}

// readStamp returns the stamp of dir if it is that of key. Whatever is wrong with it counts as no stamp.
func readStamp(dir string, key digest.Digest) (stamp, bool) {
	data, err := os.ReadFile(filepath.Join(dir, stampFile))
	if err != nil {
		return stamp{}, false
	}
	var s stamp
	if json.Unmarshal(data, &s) != nil || s.Key != key {
		return stamp{}, false
	}
	return s, true
}

func (s stamp) write(dir string) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, stampFile), append(data, '\n'), 0o644)
}

func (s stamp) tree(dir string) Tree {
	return Tree{
		Root:       filepath.Join(dir, sourceFolder),
		Archives:   filepath.Join(dir, archivesFolder),
		LicenseDir: filepath.Join(dir, licensesFolder),
		Applied:    s.Applied,
		Licenses:   s.Licenses,
	}
}
