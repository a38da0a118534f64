package ortwrap_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func ExampleSessionBuilder() {
	session, err := ortwrap.NewSession().
		FromFile("testdata/count.onnx").
		WithPreference(ortwrap.CPUOnly).
		WithThreads(1).
		WithOptimization(ortwrap.OptimizeExtended).
		WithConfig("session.intra_op.allow_spinning", "0").
		Open()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer session.Close()
	times, err := ortwrap.NewTensor(ortwrap.NewShape(1), []int64{3})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer times.Destroy()
	outputs, err := session.Run(context.Background(), times)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer outputs[0].Destroy()
	fmt.Println(outputs[0].(*ortwrap.Tensor[float32]).GetData(), session.Providers())
	// Output: [3] [CPUExecutionProvider]
}

func ExampleSessionBuilder_WithPreference() {
	session, err := ortwrap.NewSession().
		FromFile("testdata/constant.onnx").
		WithProvider(ortwrap.CUDA{MemoryLimit: 2 << 30, CudnnSearch: ortwrap.SearchHeuristic}).
		WithPreference(ortwrap.PreferGPU).
		Open()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer session.Close()
	if err := session.Fallback(); err != nil {
		fmt.Println("no GPU:", err)
	}
}

func ExampleSessionBuilder_WithProvider() {
	_, err := ortwrap.NewSession().
		FromFile("testdata/constant.onnx").
		WithProvider(ortwrap.CUDA{CudnnSearch: "all"}).
		Open()
	fmt.Println(errors.Is(err, ortwrap.ErrProviderOption))
	fmt.Println(errors.Unwrap(err))
	// Output:
	// true
	// unusable option of an execution provider: CUDAExecutionProvider: CudnnSearch is "all": expected one of EXHAUSTIVE, HEURISTIC, DEFAULT
}

func ExampleDevices() {
	devices, err := ortwrap.Devices()
	if err != nil {
		fmt.Println(err) // GPU can't be used: no NVIDIA driver (libcuda.so.1): …
		return
	}
	for _, d := range devices {
		fmt.Println(d.Index, d.Name, d.Capability)
	}
}

func ExampleProviders() {
	providers, err := ortwrap.Providers()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range providers {
		if p.Usable {
			fmt.Println(p.Name)
		} else {
			fmt.Printf("%s: %s\n", p.Name, p.Reason)
		}
	}
}

func ExampleSetLogger() {
	drop := func(_ []string, a slog.Attr) slog.Attr { // what differs from run to run
		if a.Key == slog.TimeKey || a.Key == "location" || a.Key == slog.MessageKey {
			return slog.Attr{}
		}
		return a
	}
	log := slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelWarn, ReplaceAttr: drop})
	ortwrap.SetLogger(slog.New(log))
	defer ortwrap.SetLogger(nil)
	session, err := ortwrap.NewSession().
		FromFile("testdata/unused.onnx"). // with an initializer that no operator uses
		WithPreference(ortwrap.CPUOnly).
		Open()
	if err != nil {
		fmt.Println(err)
		return
	}
	session.Close()
	// Output: level=WARN category=onnxruntime logid=""
}

func ExampleSession_EndProfiling() {
	session, err := ortwrap.NewSession().FromFile("testdata/count.onnx").WithProfiling(os.TempDir() + "/count").Open()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer session.Close()
	// Run the session here.
	path, err := session.EndProfiling()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.Remove(path)
	fmt.Println(strings.HasSuffix(path, ".json"))
	// Output: true
}

// A model whose weights are in a file of their own, all from memory.
func ExampleSessionBuilder_WithExternalBytes() {
	model, err := os.ReadFile("testdata/external.onnx")
	if err != nil {
		log.Fatal(err)
	}
	weights := make([]byte, 16) // four zeros
	session, err := ortwrap.NewSession().FromMemory(model).WithExternalBytes("external.bin", weights).Open()
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	input, err := ortwrap.TensorOf([]float32{1, 2, 3, 4})
	if err != nil {
		log.Fatal(err)
	}
	defer input.Destroy()
	outputs, err := session.Run(context.Background(), input)
	if err != nil {
		log.Fatal(err)
	}
	defer outputs[0].Destroy()
	fmt.Println(ortwrap.Elements[float32](outputs[0]))
	// Output: [1 2 3 4] <nil>
}
