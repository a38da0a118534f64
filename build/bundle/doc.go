// Package bundle makes a folder that runs from anywhere: a program with the shared libraries that it needs, or only the
// libraries, without LD_LIBRARY_PATH and without an installed toolkit.
//
//	bin/<program>            finds its libraries by the run path $ORIGIN/../lib
//	lib/<soname>             no links: one file for each library, run path $ORIGIN
//	LICENSES/<component>/…
//	NOTICE                   what must be on the target machine, and what was left out
//	manifest.json            every file: size, digest, version, where it is from
//
//	manifest, err := bundle.Make(ctx, bundle.Input{Tree: tree, Toolkit: cuda, CUDNN: cudnn, Out: "out/bundle", …})
//	err = bundle.Pack(ctx, "out/bundle", "out/bundle.tar.zst")
//	report, err := bundle.Check(ctx, bundle.CheckInput{Dir: "out/bundle", …})
//
// # What is carried
//
// All that the program and the provider libraries need, and what the carried libraries open while they run. The second
// is no fact of an ELF file, so it comes from two places: the table [Openings], where a library that is missing is an
// error, and the names of libraries in the data of each carried file, where one that the given folders have is carried.
//
// Not carried are the C library with its parts, which must fit the kernel and the loader of the target, and the
// driver's libraries, which must fit its kernel module: a driver of another machine does not work.
//
// libstdc++ and libgcc_s are carried, those of the compiler that made the program. The target's may be older than the
// symbols that we need; an older one cannot do what a newer one can, while a newer one serves older code. Carrying them
// leaves the version of glibc as the only thing to ask of a target, at the price that a libstdc++ may ask for a newer
// one than the program does: to run on old systems, build on an old system. A process has one libstdc++: the loader
// takes the first that was loaded, by its soname, for all. In a bundle with a program that is the carried one, since
// the program itself needs it and looks in lib/ first. So a program should not link libstdc++ statically: the static
// core and the provider would then each have a copy of its own. Make notes a program that may do that. The driver's
// libcuda does not need libstdc++, so no library of the target is forced to live with ours. libgomp (for oneDNN) and
// libz (for cuDNN) are carried because bare systems have neither.
//
// # Run paths
//
// A RUNPATH counts for the object that has it alone, and also for what that object opens by a bare name. So every
// carried file that needs or opens a carried one gets its own. It is written over the old one in place where there is
// one that is long enough, which changes a few bytes and needs no tool; patchelf does the rest (NVIDIA's nvrtc has
// none, and without one it compiles no kernel, since it does not find its builtins beside it).
package bundle
