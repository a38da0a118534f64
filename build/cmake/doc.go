// Package cmake configures and compiles ONNX Runtime with CMake and Ninja, and says which archives are the result.
//
// What is passed to CMake is computed by pure functions ([Definitions], [ProjectFile], [ConfigureCommand]); others
// carry it out. A build folder belongs to this package alone: one that was configured otherwise is emptied.
//
//	o := cmake.Options{Spec: s, Release: r, Source: tree.Root, Build: folder, Tools: tools}
//	_, err := cmake.Configure(ctx, runner, o)
//	libs, err := cmake.Closure(o.Build, cmake.Roots(s))
//	err = cmake.Build(ctx, runner, o, cmake.Targets(libs), jobs, progress)
//	// now every libs[i].Path is there
package cmake
