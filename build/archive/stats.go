package archive

import (
	"cmp"
	"slices"
)

// Stats says what went into a merged archive.
type Stats struct {
	Parts   []Part `json:"parts"`   // in the order of their members
	Members int    `json:"members"` // objects
	Bytes   int64  `json:"bytes"`   // size of the merged archive as a file
}

// Part is one library that was merged.
type Part struct {
	Name      string `json:"name"` // "libre2.a"
	Component string `json:"component"`
	Members   int    `json:"members"`
	Bytes     int64  `json:"bytes"` // sum of its members
}

// Component is the sum over the parts of one component.
type Component struct {
	Name     string `json:"name"`
	Archives int    `json:"archives"`
	Members  int    `json:"members"`
	Bytes    int64  `json:"bytes"` // sum of its members
}

// Components returns the sums by component, the largest first.
func (s Stats) Components() []Component {
	var sums []Component
	for _, part := range s.Parts {
		i := slices.IndexFunc(sums, func(c Component) bool { return c.Name == part.Component })
		if i < 0 {
			i = len(sums)
			sums = append(sums, Component{Name: part.Component})
		}
		sums[i].Archives++
		sums[i].Members += part.Members
		sums[i].Bytes += part.Bytes
	}
	slices.SortFunc(sums, func(a, b Component) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Name, b.Name))
	})
	return sums
}

// PartOf returns the part that member i of the merged archive came from.
func (s Stats) PartOf(i int) (Part, bool) {
	for _, part := range s.Parts {
		if i < part.Members {
			return part, i >= 0
		}
		i -= part.Members
	}
	return Part{}, false
}
