// Package ortwrap runs ONNX models with an ONNX Runtime (ORT) that is part of the program: nothing has to be installed
// beside the program, and no path has to be set when it runs. One call is enough:
//
//	outputs, err := ortwrap.Infer(ctx, "model.onnx", input)
//
// Open only models that you trust, or open others in a process of their own: a model can name any file as external
// data, and ORT may end the process on some hostile graphs.
//
// # Environment
//
// ORT is initialised on first use, by any number of goroutines; there is no set-up call. [Initialize] tells at the
// start of a program whether ORT works, [Version] and [BuildInfo] which one it is. [Shutdown] gives back what ORT holds
// for the whole process; a program that ends need not call it.
//
// # Sessions
//
// A model that runs more than once is opened once. A [SessionBuilder] collects options and keeps the first mistake:
//
//	session, err := ortwrap.NewSession().FromFile("model.onnx").WithThreads(4).Open()
//	if err != nil {
//		return err
//	}
//	defer session.Close()
//	outputs, err := session.RunNamed(ctx, map[string]ortwrap.Value{"image": input})
//
// A [Session] may be used by any number of goroutines. It describes its inputs, outputs, [Metadata] and opsets, checks
// the inputs before each run, and stops a run whose context ends.
//
// # Providers
//
// A session uses a GPU where the library can use one, and the processor for all else. That can be told:
//
//	session, err := ortwrap.NewSession().FromFile("model.onnx").
//		WithProvider(ortwrap.CUDA{Device: 1, MemoryLimit: 4 << 30}).
//		WithPreference(ortwrap.PreferGPU).Open()
//
// [Preference] says what is an error and what is left out. What is left out is logged, and told by [Session.Fallback];
// [Providers] tells what could be used, and why not; [Devices] lists the GPUs of NVIDIA. A GPU that the build has no
// code for, or whose driver is too old for it, is found out when a session is opened.
//
// # Values
//
// Values are those of github.com/yalue/onnxruntime_go, which is used unchanged, and [Native] for what those can't hold.
// [TensorOf], [ScalarOf], [SequenceOf] and [NewMapFromGoMap] make them from what Go has, of every [Element] type;
// [Elements], [ArrayOf], [Items] and [MapOf] read them:
//
//	input, err := ortwrap.TensorOf(pixels, 1, 3, 224, 224)
//	if err != nil {
//		return err
//	}
//	defer input.Destroy()
//	…
//	scores, err := ortwrap.Elements[float32](outputs[0])
//
// Values hold memory outside Go: whoever makes or gets one calls its Destroy. A tensor made of a slice uses the slice,
// and its elements are seen by ORT as they are when the model runs. Values may be used by many goroutines as long as
// none changes or destroys them.
//
// Package npy reads and writes values as files of NumPy, and package imaging makes tensors of images.
//
// # Bound runs
//
// A [Binding] has its inputs and outputs from the start. Runs allocate nothing in Go; each reads what the inputs hold:
//
//	binding, err := session.Bind(map[string]ortwrap.Value{"image": input}, map[string]ortwrap.Value{"scores": scores})
//	if err != nil {
//		return err
//	}
//	defer binding.Close()
//	for next(pixels) {
//		if err := binding.Run(ctx); err != nil {
//			return err
//		}
//	}
//
// # Checking
//
// [Validate] finds what a broken model gives (NaN, infinities, empty and constant outputs) and measures every output;
// [Compare] compares with what should have come, within a [Tolerance]. [TopK], [Softmax] and [CheckProbabilities] are
// for classifiers. [PrepareInputs] and [RunRandom] make inputs from the session's own description.
//
//	outputs, err := ortwrap.RunRandom(ctx, session, ortwrap.PrepareOptions{Batch: 8})
//	if err != nil {
//		return err
//	}
//	fmt.Println(ortwrap.Validate(outputs))
//
// # Logging
//
// Nothing is logged until [SetLogger] names a logger of log/slog, which then gets ORT's own messages too:
//
//	ortwrap.SetLogger(slog.Default())
//
// # Link modes
//
// The library is linked statically, unless a build tag says otherwise. It is found through pkg-config, by the name
// libonnxruntime, when the program is built. In a checkout of onnxruntime-builder, `go tool mage buildCpu` makes it and
// `eval "$(go tool mage env)"` sets PKG_CONFIG_PATH. Where it is not set, `go build` stops with "Package libonnxruntime
// was not found in the pkg-config search path". A C compiler and CGO_ENABLED=1 are needed; CGO_LDFLAGS_ALLOW is not.
//
// Two build tags are for a shared library of ORT, such as that of Microsoft's release. With ortwrap_shared the program
// is linked against it: CGO_LDFLAGS has to name its folder, with -L for the linker and -rpath for the program. With
// ortwrap_dlopen the program opens it when it runs, and nothing of ORT is needed to build it: [UseLibrary] or the
// environment variable ORTWRAP_LIBRARY gives the path. No mode needs ORT's headers.
//
// # Errors
//
// Errors say what was expected, what came, and what to do. What a session or a binding does fails with an [Error],
// which names the operation and the model; errors.Is tells all errors apart by the sentinels of this package and by the
// [Code] of ORT:
//
//	switch _, err := session.Run(ctx, input); {
//	case errors.Is(err, ortwrap.ErrInputShape):
//		…
//	case errors.Is(err, context.DeadlineExceeded):
//		…
//	}
package ortwrap
