// Package markdown reads pages of the documentation, for tests that hold them to the truth.
//
//	for _, block := range markdown.Blocks(text) { … } // what stands between fences
//	stale, fresh, err := markdown.Section(text, "targets", table)
package markdown

import (
	"fmt"
	"strings"
)

// Block is a fenced block of a Markdown file.
type Block struct {
	Language string // first word after the fence: "sh"
	File     string // second word, if any: "main.go"
	Text     string // with a line end
	Line     int    // number of the fence that opens it
}

// Blocks returns the fenced blocks of a Markdown text, in their order.
func Blocks(text string) []Block {
	var blocks []Block
	var open *Block
	for i, line := range strings.Split(text, "\n") {
		word, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && open == nil:
			language, file, _ := strings.Cut(strings.TrimSpace(word), " ")
			open = &Block{Language: language, File: file, Line: i + 1}
		case fence:
			blocks, open = append(blocks, *open), nil
		case open != nil:
			open.Text += line + "\n"
		}
	}
	return blocks
}

// Prose returns a Markdown text with the lines of its fenced blocks left empty, so that numbers of lines stay.
func Prose(text string) string {
	lines := strings.Split(text, "\n")
	inside := false
	for i, line := range lines {
		fence := strings.HasPrefix(line, "```")
		if inside || fence {
			lines[i] = ""
		}
		inside = inside != fence
	}
	return strings.Join(lines, "\n")
}

// Section returns what a page has between the lines <!-- generated: NAME --> and <!-- end of NAME -->, and the page with
// content in its place.
func Section(text, name, content string) (old, page string, err error) {
	opening, closing := "<!-- generated: "+name+" -->\n", "<!-- end of "+name+" -->\n"
	before, rest, ok := strings.Cut(text, opening)
	old, after, closed := strings.Cut(rest, closing)
	if !ok || !closed {
		return "", "", fmt.Errorf("there is no section %q", name)
	}
	return strings.TrimSpace(old), before + opening + "\n" + strings.TrimSpace(content) + "\n\n" + closing + after, nil
}
