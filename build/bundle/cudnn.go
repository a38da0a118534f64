package bundle

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// cudnnParts are the libraries of cuDNN 9 that open each other. They check each other's version when they are opened,
// and refuse others, so a bundle with a part of another version fails on the target at the first convolution.
var cudnnParts = Openings[0].Opens

// statedVersion matches the symbols in which the graph, ops and adv parts state their version, one byte for each of the
// three numbers: 0x90d00 for 9.13.0. Everywhere else it is written as cudnnGetVersion returns it, 91300.
var statedVersion = regexp.MustCompile(`^cudnn_(\w+_)?version$`)

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
	if want == 0 {
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
	return versionText(want), errors.Join(problems...)
}

// sameVersion fails when a part is certainly not of version want. Some parts state none. These compare their own with
// the others', so that their code has the number; a part whose code never has it is of another version. The dispatcher,
// libcudnn.so.9, has no version at all: it only asks the graph part.
func sameVersion(part, path string, want uint32) error {
	number, err := stated(path)
	if err != nil {
		return err
	}
	if number != 0 && number != want {
		return fmt.Errorf("%s is of cuDNN %s, libcudnn_graph is of %s: all parts must be of one version",
			part, versionText(number), versionText(want))
	}
	if number != 0 {
		return nil
	}
	has, err := codeHas(path, want)
	if err == nil && !has {
		err = fmt.Errorf("%s is of another version of cuDNN than libcudnn_graph, which is of %s", part, versionText(want))
	}
	return err
}

// stated returns the number that a part states, as cudnnGetVersion would; 0 if it states none.
func stated(path string) (uint32, error) {
	file, err := elf.Open(path)
	if err != nil {
		return 0, fmt.Errorf("reading the version of cuDNN: %w", err)
	}
	defer file.Close()
	symbols, err := file.DynamicSymbols()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return 0, fmt.Errorf("reading the version of cuDNN from %q: %w", path, err)
	}
	for _, symbol := range symbols {
		index := int(symbol.Section)
		if symbol.Size != 4 || index <= 0 || index >= len(file.Sections) || !statedVersion.MatchString(symbol.Name) {
			continue
		}
		section := file.Sections[index]
		var word [4]byte
		if _, err := section.ReadAt(word[:], int64(symbol.Value-section.Addr)); err != nil {
			return 0, fmt.Errorf("reading %s of %q: %w", symbol.Name, path, err)
		}
		packed := file.ByteOrder.Uint32(word[:])
		return packed>>16*10000 + packed>>8&0xff*100 + packed&0xff, nil
	}
	return 0, nil
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

// versionText returns "9.13.0" for 91300.
func versionText(number uint32) string {
	return fmt.Sprintf("%d.%d.%d", number/10000, number/100%100, number%100)
}

// isCUDNNPart tells whether a soname is one of the parts or the dispatcher.
func isCUDNNPart(soname string) bool {
	return stem(soname) == "libcudnn.so" || slices.Contains(cudnnParts, stem(soname))
}
