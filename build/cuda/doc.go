// Package cuda answers what a CUDA build needs to know before it starts: which toolkit and which cuDNN, for which
// architectures, with which features, whether ONNX Runtime's release can be built with them, how many compile jobs the
// memory allows and how long it will take.
//
// A toolkit of the machine is used if it is a good one. What is missing is put into a folder of our own, from archives
// that are pinned by digest in data/: NVIDIA's redistributables, the wheels of PyPI, or Debian's packages. Nothing
// outside that folder changes and no rights are needed.
//
//	archs, err := cuda.ParseArchitectures(cuda.DefaultArchitectures)
//	finder := &cuda.Finder{Env: env, Runner: runner, Dir: dir, Platform: spec.Host(), Fetch: fetch}
//	toolkit, cudnn, err := finder.Provide(ctx, cuda.Want{Line: "1.23", Architectures: archs, HostGCC: 12}, note)
//	words := archs.CMake("1.23") // 90-real 120-real 120-virtual
package cuda
