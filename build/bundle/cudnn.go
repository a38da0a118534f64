package bundle

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
)

// cudnnParts are the libraries of cuDNN 9 that open each other. They check each other's version when they are opened,
// and refuse others, so a bundle with a part of another version fails on the target at the first convolution.
var cudnnParts = Openings[0].Opens

// cudnnVersion returns the version that all parts of cuDNN in libraries (soname to path) have, "9.13.0"; empty where
// there is no cuDNN. A part that is missing and one of another version are errors.
func cudnnVersion(libraries map[string]string) (string, error) {
	byStem := map[string]string{}
	for soname, path := range libraries {
		if strings.HasPrefix(soname, "libcudnn") {
			byStem[stem(soname)] = path
		}
	}
	if len(byStem) == 0 {
		return "", nil
	}
	graph, ok := byStem["libcudnn_graph.so"]
	if !ok {
		return "", errors.New("libcudnn_graph is missing: cuDNN needs all of its parts, of one version")
	}
	want, err := stated(graph)
	if err != nil {
		return "", err
	}
	if want == "" {
		return "", fmt.Errorf("%q does not state the version of cuDNN: only cuDNN 9 is known", graph)
	}
	var problems []error
	for _, part := range cudnnParts {
		path, ok := byStem[part]
		if !ok {
			problems = append(problems, fmt.Errorf("%s is missing: cuDNN opens it while it runs", part))
			continue
		}
		if err := sameVersion(part, path, want); err != nil {
			problems = append(problems, err)
		}
	}
	return want, errors.Join(problems...)
}

// sameVersion fails when a part is certainly not of version want. Some parts state none. These compare their own with
// the others', so that their code has the number; a part whose code never has it is of another version. The dispatcher,
// libcudnn.so.9, has no version at all: it only asks the graph part.
func sameVersion(part, path, want string) error {
	got, err := stated(path)
	if err != nil {
		return err
	}
	if got != "" && got != want {
		return fmt.Errorf("%s is of cuDNN %s, libcudnn_graph is of %s: all parts must be of one version", part, got, want)
	}
	if got != "" {
		return nil
	}
	number, err := versionNumber(want)
	if err != nil {
		return err
	}
	has, err := codeHas(path, number)
	if err == nil && !has {
		err = fmt.Errorf("%s is of another version of cuDNN than libcudnn_graph, which is of %s", part, want)
	}
	return err
}

// stated returns the version that a part states; empty if it states none.
func stated(path string) (string, error) {
	file, err := elf.Open(path)
	if err != nil {
		return "", fmt.Errorf("reading the version of cuDNN: %w", err)
	}
	defer file.Close()
	return cuda.StatedVersion(file), nil
}

// fewest is how often the code of a part has its own version: the least that was seen (heuristic, 9.13.0) is 3, the
// most that a part had the number of another release (9.13.0's runtime-compiled engines: 9.14.0) is 2.
const fewest = 3

// codeHas tells whether the code of a file has a number as an operand. On machines whose instructions cannot hold a
// 32-bit number, it cannot be told: the answer is yes.
func codeHas(path string, number uint32) (bool, error) {
	file, err := elf.Open(path)
	if err != nil {
		return false, fmt.Errorf("reading the version of cuDNN: %w", err)
	}
	defer file.Close()
	text := file.Section(".text")
	if file.Machine != elf.EM_X86_64 || text == nil {
		return true, nil
	}
	code, err := text.Data()
	if err != nil {
		return false, fmt.Errorf("reading the code of %q: %w", path, err)
	}
	return bytes.Count(code, binary.LittleEndian.AppendUint32(nil, number)) >= fewest, nil
}

// versionNumber returns 91300 for "9.13.0": what cudnnGetVersion returns.
func versionNumber(version string) (uint32, error) {
	var major, minor, patch uint32
	if _, err := fmt.Sscanf(version, "%d.%d.%d", &major, &minor, &patch); err != nil {
		return 0, fmt.Errorf("cuDNN's version %q: %w", version, err)
	}
	return major*10000 + minor*100 + patch, nil
}

// isCUDNNPart tells whether a soname is one of the parts or the dispatcher.
func isCUDNNPart(soname string) bool {
	return stem(soname) == "libcudnn.so" || slices.Contains(cudnnParts, stem(soname))
}
