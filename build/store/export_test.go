package store

// WithStep lets step be called before each change that the store makes on disk.
func WithStep(o Options, step func(op, path string)) Options {
	o.step = step
	return o
}

// NormalContents parses a listing and writes it anew.
func NormalContents(text string) (string, error) {
	items, err := parseContents(text)
	return render(items), err
}
