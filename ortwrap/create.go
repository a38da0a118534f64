package ortwrap

// CreateSession opens a model with ORT's defaults: it is short for a [SessionBuilder] without options.
func CreateSession[M Model](model M) (*Session, error) {
	builder := NewSession()
	switch m := any(model).(type) {
	case string:
		builder = builder.FromFile(m)
	case []byte:
		builder = builder.FromMemory(m)
	}
	return builder.Open()
}
