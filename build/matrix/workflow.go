package matrix

import (
	"bytes"
	_ "embed" // for the workflow
	"fmt"
	"text/template"
)

// WorkflowFile is where GitHub looks for what [Workflow] writes, below the repository.
const WorkflowFile = ".github/workflows/ci.yml"

// Its own delimiters: those of text/template are GitHub's.
//
//go:embed workflow.yml.template
var workflow string

// actions are pinned by the hash of a commit: a tag can be moved. The key is how the workflow calls them.
var actions = map[string]string{
	"checkout": "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2",
	"setup_go": "actions/setup-go@d35c59abb061a4a6fb18e82ac0862c26744d6ab5 # v5.5.0",
	"cache":    "actions/cache@5a3ec84eff668545956fd18022155c47e93e2684 # v4.2.3",
}

// Workflow returns the workflow of continuous integration, with a job for each row that hosted runners can run.
func Workflow(m Matrix) ([]byte, error) {
	var hosted []string
	for _, r := range m.Rows {
		if r.Hosted {
			hosted = append(hosted, r.Name)
		}
	}
	t, err := template.New("workflow").Delims("<<", ">>").Option("missingkey=error").Parse(workflow)
	if err != nil {
		return nil, fmt.Errorf("reading the template of the workflow: %w", err)
	}
	var text bytes.Buffer
	if err := t.Execute(&text, map[string]any{"File": File, "Rows": hosted, "Uses": actions}); err != nil {
		return nil, fmt.Errorf("writing the workflow: %w", err)
	}
	return text.Bytes(), nil
}
