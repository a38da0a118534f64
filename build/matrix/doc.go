// Package matrix builds and tests on many systems: each row of ci/matrix.toml is a container, each step a command of
// this repository that runs in it.
//
//	m, err := matrix.Load(root)
//	rows, err := m.Choose([]string{"debian-12"})
//	engine, err := matrix.FindEngine(ctx, runner, "")
//	results, err := (&matrix.Runner{Engine: engine, Open: open, Host: host}).Run(ctx, m, rows, nil)
//
// An [Engine] makes command lines and starts nothing: docker, podman, or buildah, which needs no daemon. Nothing of a
// row is kept in its container: sources, caches and results are folders of the host, so a second run finds what the
// first made.
package matrix
