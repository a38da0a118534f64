package ortwrap

import "context"

// Model is where a model comes from: a string is the path of a file, a byte slice is the content of one.
type Model interface{ string | []byte }

// Infer loads a model, runs it once on inputs given in its order and returns the outputs in its order. The caller
// destroys the outputs; one that is optional and has no content is nil. To run a model more than once, open a
// [Session]. The errors are those of [SessionBuilder.Open] and [Session.Run].
func Infer[M Model](ctx context.Context, model M, inputs ...Value) ([]Value, error) {
	builder := from(model)
	if err := ctx.Err(); err != nil {
		return nil, &Error{Op: "opening", Model: builder.name(), Err: err}
	}
	session, err := builder.Open()
	if err != nil {
		return nil, err
	}
	defer session.Close()
	return session.Run(ctx, inputs...)
}

// CreateSession opens a model with the defaults: it is short for a [SessionBuilder] without options. The session must
// be closed.
func CreateSession[M Model](model M) (*Session, error) { return from(model).Open() }

func from[M Model](model M) SessionBuilder {
	switch m := any(model).(type) {
	case string:
		return NewSession().FromFile(m)
	case []byte:
		return NewSession().FromMemory(m)
	default:
		return NewSession()
	}
}
