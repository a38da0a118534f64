package archive

import (
	"errors"
	"fmt"
	"os"
	"slices"
)

// normalise sets the date, owner and mode of every entry to what GNU ar's option D writes. That option is not enough
// here: a member that comes from another archive keeps the header that it had there.
func normalise(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("clearing dates: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("clearing dates: %w", err)
	}
	err = eachEntry(file, info.Size(), func(e entry) error {
		mode := "644"
		switch e.name {
		case "//":
			return nil // the name table has none of these
		case "/", "/SYM64/":
			mode = "0"
		}
		fields := fmt.Sprintf("%-12s%-6s%-6s%-8s", "0", "0", "0", mode)
		_, err := file.WriteAt([]byte(fields), e.header+16)
		return err
	})
	if err != nil {
		return fmt.Errorf("clearing dates: %w", err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("clearing dates: %w", err)
	}
	return nil
}

// compare checks that the archive at path has a symbol table and the members wanted, and tells whether they stand in
// the reverse order. Two members are the same if their names are and what size makes of their sizes.
func compare(path string, want []Member, size func(int64) int64) (reversed bool, err error) {
	got, err := Read(path)
	if err != nil {
		return false, err
	}
	if len(got.Members) != len(want) {
		return false, fmt.Errorf("the result has %d members, its inputs have %d", len(got.Members), len(want))
	}
	if len(want) > 0 && len(got.Symbols) == 0 {
		return false, errors.New("the result has no symbol table")
	}
	same := func(a, b Member) bool { return a.Name == b.Name && size(a.Size) == size(b.Size) }
	if slices.EqualFunc(got.Members, want, same) {
		return false, nil
	}
	slices.Reverse(got.Members)
	if slices.EqualFunc(got.Members, want, same) {
		return true, nil
	}
	return false, errors.New("the members of the result are not those of its inputs")
}
