package markdown_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ci/markdown"
)

const page = "# Page\n\n```sh\ncd x\nls\n```\n\n`word`\n\n```go main.go\npackage main\n```\n"

func TestBlocksHaveLanguageFileAndText(t *testing.T) {
	t.Parallel()
	require.Equal(t, []markdown.Block{
		{Language: "sh", Text: "cd x\nls\n", Line: 3},
		{Language: "go", File: "main.go", Text: "package main\n", Line: 10},
	}, markdown.Blocks(page))
}

func TestProseKeepsTheLinesOutsideOfBlocks(t *testing.T) {
	t.Parallel()
	require.Equal(t, "# Page\n\n\n\n\n\n\n`word`\n\n\n\n\n", markdown.Prose(page))
}

func TestASectionIsReplacedAndNothingElse(t *testing.T) {
	t.Parallel()
	old, page, err := markdown.Section("a\n<!-- generated: x -->\n\n1\n\n<!-- end of x -->\nb\n", "x", "2\n")
	require.NoError(t, err)
	require.Equal(t, "1", old)
	require.Equal(t, "a\n<!-- generated: x -->\n\n2\n\n<!-- end of x -->\nb\n", page)
	_, _, err = markdown.Section(page, "y", "")
	require.ErrorContains(t, err, `there is no section "y"`)
}
