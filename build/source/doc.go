// Package source makes the tree that CMake builds: the sources of ONNX Runtime, unpacked or copied from a checkout and
// patched, beside the archives of its dependencies, which its cmake/deps.txt then names by local path and digest. So
// CMake's FetchContent, its hash check and ONNX Runtime's own patches to its dependencies work as ever, without a
// network.
//
//	pins, err := source.Deps(ctx, input)              // cmake/deps.txt of the verified archive
//	input.Resolved, err = input.Release.Resolve(pins, input.Additions...)
//	// then fetch them into input.Dependencies
//	tree, err := source.Prepare(ctx, input)
//
// A prepared folder holds:
//
//	src/            ONNX Runtime; src/cmake is CMake's source folder
//	archives/       one archive for each dependency; eigen.tar, re2.tar.gz
//	licenses/       the licence files of each component; licenses/eigen/COPYING.MPL2
//	.prepared       written last: the key of all inputs, and what [Tree] tells
package source
