package audit

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/dustin/go-humanize"
)

// Text returns the report as a page for people.
func (r Report) Text() string {
	var page strings.Builder
	fmt.Fprintf(&page, "%s for %s: %s in %s from %s\n\n", r.Archive, r.Platform,
		size(r.Bytes), count(r.Objects, "object"), count(r.Archives, "archive"))
	r.writeComponents(&page)
	r.writeNeeds(&page)
	r.writeDevice(&page)

	problems := r.Problems()
	if len(problems) == 0 {
		page.WriteString("problems    none\n")
		return page.String()
	}
	page.WriteString("problems\n")
	for _, problem := range problems {
		fmt.Fprintf(&page, "  - %s\n", problem)
	}
	return page.String()
}

func (r Report) writeComponents(page *strings.Builder) {
	var total int64
	for _, c := range r.Components {
		total += c.Bytes
	}
	table := tabwriter.NewWriter(page, 0, 0, 2, ' ', tabwriter.AlignRight)
	width := len("component")
	for _, c := range r.Components {
		width = max(width, len(c.Name))
	}
	fmt.Fprintf(table, "%-*s\tarchives\tobjects\tsize\tshare\t\n", width, "component")
	for _, c := range r.Components {
		share := 100 * float64(c.Bytes) / float64(max(total, 1))
		fmt.Fprintf(table, "%-*s\t%d\t%d\t%s\t%.1f %%\t\n", width, c.Name, c.Archives, c.Members, size(c.Bytes), share)
	}
	_ = table.Flush() // a strings.Builder takes everything
	page.WriteByte('\n')
}

// writeUndefined lists undefined symbols by the library that needs them: what lacks is best guessed from there.
func (r Report) writeUndefined(page *strings.Builder) {
	const most = 20
	fmt.Fprintf(page, "undefined   %s\n", count(len(r.Undefined), "symbol"))
	byLibrary := map[string][]string{}
	for _, u := range r.Undefined {
		byLibrary[u.Library] = append(byLibrary[u.Library], u.Name)
	}
	for _, library := range slices.Sorted(maps.Keys(byLibrary)) {
		names := byLibrary[library]
		fmt.Fprintf(page, "  needed by %s: %d\n", cmp.Or(library, "nobody knows"), len(names))
		for _, name := range names[:min(most, len(names))] {
			fmt.Fprintf(page, "    %s\n", name)
		}
		if len(names) > most {
			fmt.Fprintf(page, "    and %d more\n", len(names)-most)
		}
	}
}

func (r Report) writeNeeds(page *strings.Builder) {
	if len(r.Undefined) > 0 || r.Linked == nil && r.System == nil {
		r.writeUndefined(page)
		return
	}
	if r.System != nil {
		defer fmt.Fprintf(page, "at least    macOS %s (%s)\n", r.System.Floor.Version, r.System.Floor.Symbol)
	}
	if r.Linked == nil {
		fmt.Fprintf(page, "undefined   none by name, %s left to macOS: only a Mac can link it whole\n",
			count(r.System.Symbols, "symbol"))
		return
	}
	page.WriteString("undefined   none: linked whole\n")
	var needs, floors []string
	for _, library := range r.Linked.Needed {
		text := library
		for _, i := range r.Linked.Imports {
			if i.Library == library {
				text += fmt.Sprintf(" (%s)", count(i.Symbols, "symbol"))
			}
		}
		needs = append(needs, text)
	}
	for _, floor := range r.Linked.Floors {
		floors = append(floors, fmt.Sprintf("%s %s (%s)", floor.Name, floor.Version, floor.Symbol))
	}
	fmt.Fprintf(page, "needs       %s\n", strings.Join(needs, ", "))
	if len(floors) > 0 { // musl has no versions of its symbols
		fmt.Fprintf(page, "at least    %s\n", strings.Join(floors, ", "))
	}
}

// size returns a number of bytes for people, "88 MB".
func size(bytes int64) string { return humanize.Bytes(uint64(max(bytes, 0))) }
