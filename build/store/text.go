package store

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// The texts of the store are lines of words between single spaces. A word that would be ambiguous is quoted as in Go.

// quoteWord returns text so that [cutWord] reads it back.
func quoteWord(text string) string {
	if strings.Contains(text, " ") {
		return strconv.Quote(text)
	}
	return quoteRest(text)
}

// quoteRest is [quoteWord] for the last word of a line, which may contain spaces.
func quoteRest(text string) string {
	quoted := strconv.Quote(text)
	plain := quoted == `"`+text+`"` && text != "" && strings.TrimSpace(text) == text
	if plain {
		return text
	}
	return quoted
}

// cutWord takes the first word off line.
func cutWord(line string) (word, rest string, err error) {
	if !strings.HasPrefix(line, `"`) {
		word, rest, _ = strings.Cut(line, " ")
		if word == "" {
			return "", "", errors.New("a word is missing")
		}
		return word, rest, nil
	}
	quoted, err := strconv.QuotedPrefix(line)
	if err != nil {
		return "", "", fmt.Errorf("a quotation mark does not close in %q", line)
	}
	word, err = strconv.Unquote(quoted)
	return word, strings.TrimPrefix(line[len(quoted):], " "), err
}

// cutRest takes what is left of a line.
func cutRest(line string) (string, error) {
	if !strings.HasPrefix(line, `"`) {
		return line, nil
	}
	text, err := strconv.Unquote(line)
	if err != nil {
		return "", fmt.Errorf("%q is not well quoted", line)
	}
	return text, nil
}
