// Package isolate makes one relocatable object of all objects of an execution provider, with one global symbol: its
// entry. So a provider can be linked into the same program as ONNX Runtime's core, though both have hundreds of
// functions and tables of the same names, which must not be mixed up.
//
//	stats, err := isolate.Object(ctx, runner, isolate.Input{
//		Name: "dnnl", Objects: objects, Output: "dnnl.o", LD: "/usr/bin/ld", Objcopy: "/usr/bin/objcopy",
//	})
//
// GNU's linker joins the objects, dissolves their COMDAT groups and gathers the static constructors (ctors.ld); GNU's
// objcopy makes every symbol but the entry local. The entry, one of the objects, runs the constructors when the core
// asks for the provider. [Check] then reads the result without help of these tools, and tells what is wrong with it.
package isolate
