package ortwrap

import "context"

// Model is where a model comes from: a string is the path of a file, a byte slice is the content of one.
type Model interface{ string | []byte }

// Infer loads a model, runs it once on inputs given in its order and returns the outputs in its order. The caller
// destroys the outputs. To run a model more than once, open a [Session].
func Infer[M Model](ctx context.Context, model M, inputs ...Value) ([]Value, error) {
	session, err := CreateSession(model)
	if err != nil {
		return nil, err
	}
	defer session.Close()
	return session.Run(ctx, inputs...)
}
