package ci

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// instruction is one of a Dockerfile. Lines that are continued are joined without the white space in front of them;
// heredocs are refused.
type instruction struct {
	line  int    // where it begins, from 1
	stage string // "" before the first FROM
	name  string // "RUN"
	text  string // what stands behind the name, in a RUN without its mounts
	mount []string
}

// dockerfile is a file that was read.
type dockerfile struct {
	syntax       string            // of its first line
	args         map[string]string // defaults of the ARGs before the first stage
	instructions []instruction
}

// names are the instructions that Dockerfile.cuda may use: those that ci/cuda-image knows.
var names = []string{"ARG", "FROM", "RUN", "COPY", "ENV", "WORKDIR"}

var mountPattern = regexp.MustCompile(`^--mount=(\S+)\s+`)

// readDockerfile reads a Dockerfile of this repository.
func readDockerfile(t *testing.T, name string) dockerfile {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	d := dockerfile{args: map[string]string{}}
	lines := strings.Split(string(text), "\n")
	d.syntax, _ = strings.CutPrefix(lines[0], "# syntax=")
	stage := ""
	for i := 0; i < len(lines); i++ {
		if strings.HasPrefix(strings.TrimSpace(lines[i]), "#") || strings.TrimSpace(lines[i]) == "" {
			continue
		}
		in := instruction{line: i + 1, stage: stage}
		whole := ""
		for ; ; i++ {
			if strings.HasPrefix(strings.TrimSpace(lines[i]), "#") { // a comment between continued lines
				continue
			}
			part, more := strings.CutSuffix(strings.TrimSpace(lines[i]), `\`)
			if whole += part; !more {
				break
			}
		}
		in.name, in.text, _ = strings.Cut(whole, " ")
		in.text = strings.TrimSpace(in.text)
		require.Contains(t, names, in.name, "line %d", in.line)
		require.NotContains(t, in.text, "<<", "line %d: a heredoc", in.line)
		for in.name == "RUN" {
			m := mountPattern.FindStringSubmatch(in.text)
			if m == nil {
				break
			}
			in.mount = append(in.mount, m[1])
			in.text = in.text[len(m[0]):]
		}
		if in.name == "FROM" {
			words := strings.Fields(in.text)
			require.Len(t, words, 3, "line %d: FROM without a name of the stage", in.line)
			stage = words[2]
			in.stage = stage
		}
		if name, value, ok := strings.Cut(in.text, "="); ok && in.name == "ARG" {
			require.Empty(t, stage, "line %d: defaults stand before the first stage, once", in.line)
			d.args[name] = value
		}
		d.instructions = append(d.instructions, in)
	}
	require.NotEmpty(t, d.instructions)
	return d
}

// all returns the instructions of a name.
func (d dockerfile) all(name string) (list []instruction) {
	for _, in := range d.instructions {
		if in.name == name {
			list = append(list, in)
		}
	}
	return list
}

// environment returns what ENV sets.
func (d dockerfile) environment() map[string]string {
	values := map[string]string{}
	for _, in := range d.all("ENV") {
		name, value, _ := strings.Cut(in.text, "=")
		values[name] = value
	}
	return values
}

var reference = regexp.MustCompile(`\$\{(\w+)\}`)

// expand replaces ${NAME} by the default of an ARG.
func (d dockerfile) expand(text string) string {
	return reference.ReplaceAllStringFunc(text, func(found string) string {
		return d.args[reference.FindStringSubmatch(found)[1]]
	})
}

// option returns a value of "type=cache,target=/cache".
func option(mount, name string) string {
	for pair := range strings.SplitSeq(mount, ",") {
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return value
		}
	}
	return ""
}
