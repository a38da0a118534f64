package toolchain

import (
	"regexp"
	"strings"
)

var (
	dotted = regexp.MustCompile(`\d+(\.\d+)+[0-9A-Za-z.+~_-]*`)
	number = regexp.MustCompile(`\d+`)
)

// parseVersion returns the first dotted version in what a program says of itself: "3.31.6" of "cmake version 3.31.6",
// and the empty text if there is none.
func parseVersion(text string) string {
	return strings.TrimRight(dotted.FindString(text), ".-_+~")
}

// parseCompiler returns the version and the family, "gcc" or "clang", of a compiler from the text of --version. The
// family is empty for a compiler that is neither.
//
// GCC puts words of its packager between parentheses in front of its version, and they have versions too:
// "g++ (Debian 12.2.0-14+deb12u1) 12.2.0".
func parseCompiler(text string) (version, family string) {
	first, rest, _ := strings.Cut(text, "\n")
	if _, after, ok := strings.Cut(first, "clang version "); ok {
		return parseVersion(after), "clang"
	}
	version = parseVersion(outside(first))
	if strings.Contains(rest, "Free Software Foundation") {
		family = "gcc"
	}
	return version, family
}

// outside returns text without what stands between parentheses.
func outside(text string) string {
	var kept strings.Builder
	depth := 0
	for _, r := range text {
		switch {
		case r == '(':
			depth++
		case r == ')' && depth > 0:
			depth--
		case depth == 0:
			kept.WriteRune(r)
		}
	}
	return kept.String()
}

// compareVersions orders versions by their numbers: negative if a is older than b. What follows the dotted numbers
// ("-rc1", ".git.kitware") does not count, and "3.28" equals "3.28.0".
func compareVersions(a, b string) int {
	x, y := numbers(a), numbers(b)
	for i := range max(len(x), len(y)) {
		if order := compareNumbers(at(x, i), at(y, i)); order != 0 {
			return order
		}
	}
	return 0
}

var leading = regexp.MustCompile(`^\d+(\.\d+)*`)

func numbers(version string) []string { return number.FindAllString(leading.FindString(version), -1) }

func at(list []string, i int) string {
	if i < len(list) {
		return strings.TrimLeft(list[i], "0")
	}
	return ""
}

// compareNumbers compares decimal numbers of any length that have no leading zeros.
func compareNumbers(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// bounds says which versions of a tool will do.
type bounds struct {
	min   string // the oldest; empty: any
	below string // the first that is too new; empty: none
	exact string // the only one; empty: any
}

// String returns ">= 3.28, < 5".
func (b bounds) String() string {
	switch {
	case b.exact != "":
		return b.exact
	case b.below != "":
		return ">= " + b.min + ", < " + b.below
	case b.min != "":
		return ">= " + b.min
	}
	return ""
}

// reject returns why a version will not do, and the empty text if it will.
func (b bounds) reject(version string) string {
	switch {
	case b.exact != "" && version != b.exact:
		return "not " + b.exact
	case b.min != "" && compareVersions(version, b.min) < 0:
		return "too old"
	case b.below != "" && compareVersions(version, b.below) >= 0:
		return "too new"
	}
	return ""
}
