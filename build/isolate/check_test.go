package isolate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/isolate"
)

const (
	entry   = `extern "C" void* ort_builder_provider_toy(void*) { return nullptr; }` + "\n"
	start   = "code would run at the program's start or end, from section "
	core    = "parts of ONNX Runtime are missing, the core's own would be taken: "
	missing = "functions of the bridge are missing: "
)

func TestEveryProblemOfAnObjectIsTold(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		args []string
		want []string
	}{
		"nothing": {text: entry},
		"no entry": {text: "static int x; int* f() { return &x; }", want: []string{
			"the entry ort_builder_provider_toy is missing", "global symbols beside the entry: _Z1fv",
		}},
		"more globals": {
			text: entry + "int a, b, c, d, e, f;",
			want: []string{"global symbols beside the entry: a, b, c, d and 2 more"},
		},
		"a common symbol": {
			text: entry + "asm(\".comm shared,4,4\");",
			want: []string{"global symbols beside the entry: shared"},
		},
		"a weak definition": {
			text: entry + "__attribute__((weak)) void f() {}", want: []string{"weak symbols are defined: _Z1fv"},
		},
		"a unique symbol, which needs a group": {
			text: entry + "inline int x = 0; int* use() { return &x; }",
			want: []string{
				"global symbols beside the entry: _Z3usev", "symbols are one in the whole process (STB_GNU_UNIQUE): x",
				"1 section groups (COMDAT) are left",
			},
		},
		"a constructor": {text: entry + "int g(); static int x = g();", want: []string{start + ".init_array"}},
		"a constructor of priority": {
			text: entry + "__attribute__((constructor(300))) static void f() { asm volatile(\"\"); }",
			want: []string{start + ".init_array.00300"},
		},
		"a destructor": {
			text: entry + "__attribute__((destructor)) static void f() { asm volatile(\"\"); }",
			want: []string{start + ".fini_array"},
		},
		"an old constructor": {
			text: entry + "static void f() {} __attribute__((section(\".ctors\"), used)) static void (*p)() = f;",
			want: []string{start + ".ctors"},
		},
		"a constructor under another name": {
			text: entry + "asm(\".section .mine,\\\"aw\\\",@init_array; .quad 0; .text\");", want: []string{start + ".mine"},
		},
		"a function of the core": {
			text: entry + "namespace onnxruntime { void f(); struct S { int g() const; }; } extern onnxruntime::S s;" +
				"static int use() { onnxruntime::f(); return s.g(); } static int (*volatile p)() = use;",
			want: []string{core + "_ZN11onnxruntime1fEv, _ZNK11onnxruntime1S1gEv"},
		},
		"a table of the core": {
			text: entry + "namespace onnxruntime { struct S { virtual void f(); }; }" +
				"static void* use() { return new onnxruntime::S; } static void* (*volatile p)() = use;",
			args: []string{"-fno-rtti"}, want: []string{core + "_ZTVN11onnxruntime1SE"},
		},
		"a function of the bridge": {
			text: `extern "C" void* GetProvider(); extern "C" void* ort_builder_provider_toy(void*) { return GetProvider(); }`,
			want: []string{missing + "GetProvider"},
		},
		"an executable stack": {
			text: entry + "asm(\".section .note.GNU-stack,\\\"x\\\",@progbits; .text\");",
			want: []string{"the stack would be executable: the section .note.GNU-stack asks for it"},
		},
		"code of link-time optimisation": {text: entry, args: []string{"-flto", "-ffat-lto-objects"}, want: []string{
			"it holds a compiler's own code for link-time optimisation, which only that compiler's" +
				" linker plugin can read: build without LTO",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			problems, err := isolate.Check(b.text("toy.cc", test.text, test.args...), "toy")
			require.NoError(t, err)
			require.Equal(t, test.want, problems)
		})
	}
}

func TestAnObjectThatSaysNothingOfTheStackIsAProblem(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	object := b.text("toy.cc", entry)
	b.do(b.objcopy, "--remove-section", ".note.GNU-stack", object)
	problems, err := isolate.Check(object, "toy")
	require.NoError(t, err)
	require.Equal(t, []string{"the stack would be executable: there is no section .note.GNU-stack"}, problems)
}

func TestAFileThatIsNoObjectIsAnError(t *testing.T) {
	t.Parallel()
	_, err := isolate.Check("check_test.go", "toy")
	require.ErrorContains(t, err, `checking object "check_test.go"`)
}
