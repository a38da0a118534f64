// Package ortwrap runs ONNX models with an ONNX Runtime (ORT) that is part of the program.
//
// The library is linked statically, unless a build tag says otherwise: nothing has to be installed beside the program,
// and no path has to be set when it runs. One call is enough:
//
//	outputs, err := ortwrap.Infer(ctx, "model.onnx", input)
//
// A model that runs more than once is opened once:
//
//	session, err := ortwrap.NewSession().FromFile("model.onnx").WithThreads(4).Open()
//	if err != nil {
//		return err
//	}
//	defer session.Close()
//	input, err := ortwrap.NewTensor(ortwrap.NewShape(1, 64), pixels)
//	if err != nil {
//		return err
//	}
//	defer input.Destroy()
//	outputs, err := session.Run(ctx, input)
//
// Values (tensors, sequences, maps) are those of github.com/yalue/onnxruntime_go, which is used unchanged. They hold
// memory outside Go: whoever makes or gets one calls its Destroy.
//
// ORT is initialised on first use; there is no set-up call.
//
// # Building
//
// The library is found through pkg-config, by the name libonnxruntime, when the program is built. In a checkout of
// onnxruntime-builder, `go tool mage buildCpu` makes it and `eval "$(go tool mage env)"` sets PKG_CONFIG_PATH. Where it
// is not set, `go build` stops with "Package libonnxruntime was not found in the pkg-config search path". A C compiler
// and CGO_ENABLED=1 are needed; CGO_LDFLAGS_ALLOW is not.
//
// Two build tags are for a shared library of ORT, such as that of Microsoft's release. With ortwrap_shared the program
// is linked against it: CGO_LDFLAGS has to name its folder, with -L for the linker and -rpath for the program. With
// ortwrap_dlopen the program opens it when it runs, and nothing of ORT is needed to build it: [UseLibrary] or the
// environment variable ORTWRAP_LIBRARY gives the path. No mode needs ORT's headers.
package ortwrap
