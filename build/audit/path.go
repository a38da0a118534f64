package audit

import (
	"bytes"
	"path/filepath"
)

// longestText is how much of a leaked path is shown, in bytes.
const longestText = 200

// NamesFolder tells whether text names the folder dir or something in it.
func NamesFolder(text []byte, dir string) bool {
	for _, folder := range folders([]string{dir}) {
		if _, times := findPath(text, folder); times > 0 {
			return true
		}
	}
	return false
}

// folders returns the folders that can be looked for: "/" and relative ones are in every text.
func folders(dirs []string) [][]byte {
	var list [][]byte
	for _, dir := range dirs {
		if dir = filepath.Clean(dir); filepath.IsAbs(dir) && dir != "/" {
			list = append(list, []byte(dir))
		}
	}
	return list
}

// findPath looks for the folder dir, itself or as the start of a path, in content. It returns the first text that names
// it, and how often it is named.
func findPath(content, dir []byte) (text string, times int) {
	for from := 0; ; {
		i := bytes.Index(content[from:], dir)
		if i < 0 {
			return text, times
		}
		start, end := from+i, from+i+len(dir)
		from = end
		if end < len(content) && inName(content[end]) {
			continue // "/home/me" is not in "/home/mean/file"
		}
		times++
		if text == "" {
			text = surrounding(content, start, end)
		}
	}
}

// surrounding returns the printable text around content[start:end].
func surrounding(content []byte, start, end int) string {
	for start > 0 && printable(content[start-1]) && end-start < longestText {
		start--
	}
	for end < len(content) && printable(content[end]) && end-start < longestText {
		end++
	}
	return string(content[start:end])
}

func printable(b byte) bool { return b >= ' ' && b <= '~' }

// inName tells whether b continues the name of a folder.
func inName(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b == '-' || b == '.'
}
