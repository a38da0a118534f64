// Package plan puts the parts together: it turns a [spec.Spec] into an entry of the store.
//
// The work is a list of steps (steps.go), each of which knows only its own part. Before the first step the plan writes
// down everything that decides the result, the key (want.go), and asks the store for it: a finished build is never made
// twice.
//
//	result, err := builder.Build(ctx, spec.Spec{Version: "1.21.0", Platform: spec.Host(), Providers: []spec.Provider{spec.CPU}})
package plan
