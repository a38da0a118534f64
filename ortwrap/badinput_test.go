package ortwrap_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/examples/digits"
)

// badInput is a mistake, and what the error says to whoever made it.
type badInput struct {
	name string
	make func() error
	want error
	text string // a part that says what to do, or what was expected
}

// refuse makes every mistake: each is an error of its kind, and nothing crashes.
func refuse(t *testing.T, cases []badInput) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := c.make()
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, c.text)
		})
	}
}

// openingFile is the mistake of opening a file with the given content, with external.bin beside it if there is one.
func openingFile(t *testing.T, model []byte, external ...byte) func() error {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "model.onnx")
	require.NoError(t, os.WriteFile(path, model, 0o600))
	if external != nil {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "external.bin"), external, 0o600))
	}
	return func() error { return openAndClose(ortwrap.NewSession().FromFile(path)) }
}

func openingBytes(model []byte) func() error {
	return func() error { return openAndClose(ortwrap.NewSession().FromMemory(model)) }
}

func openAndClose(b ortwrap.SessionBuilder) error {
	session, err := b.WithThreads(1).Open()
	if err != nil {
		return err
	}
	return session.Close()
}

func TestModelsThatCannotBeOpenedSayWhatToDo(t *testing.T) {
	t.Parallel()
	digit := digits.Model()
	pointer := "version https://git-lfs.example/spec/v1\noid sha256:00\nsize 10044\n"
	refuse(t, []badInput{
		{"no bytes", openingBytes(nil), ortwrap.ErrNoModel, "no bytes"},
		{
			"no file", func() error { return openAndClose(ortwrap.NewSession().FromFile("no/such.onnx")) },
			fs.ErrNotExist, "no such file",
		},
		{
			"a folder", func() error { return openAndClose(ortwrap.NewSession().FromFile("testdata")) },
			ortwrap.ErrModelFormat, "is a directory",
		},
		{"an empty file", openingFile(t, nil), ortwrap.ErrModelFormat, "it is empty: copy or download it again"},

		{
			"cut in the graph", openingFile(t, digit[:1000]), ortwrap.ErrModelFormat,
			"ends inside the graph: 1,000 bytes of at least 10,038: copy or download it again (invalid protobuf)",
		},
		{"cut in the graph, in memory", openingBytes(digit[:1000]), ortwrap.ErrModelFormat, "ends inside the graph"},
		{"cut at the end", openingFile(t, digit[:len(digit)-1]), ortwrap.ErrModelFormat, "ends inside the opsets"},
		{"cut between parts", openingFile(t, digit[:10_038]), ortwrap.ErrModelFormat, "names no opset: it is cut off"},
		{"cut before the graph", openingFile(t, digit[:2]), ortwrap.ErrModelFormat, "before the graph"},
		{"damaged", openingBytes(damaged(digit)), ortwrap.ErrModelFormat, "the graph: malformed protobuf"},

		{"text", openingBytes([]byte("Hello, world")), ortwrap.ErrModelFormat, `it begins with "Hello, w": give the file`},
		{"a web page", openingFile(t, []byte("\n<!DOCTYPE html><html>")), ortwrap.ErrModelFormat, "web page (HTML)"},
		{"an error in XML", openingBytes([]byte("<?xml version='1.0'?><Error/>")), ortwrap.ErrModelFormat, "it is XML"},
		{"an error in JSON", openingBytes([]byte(`{"error": "gone"}`)), ortwrap.ErrModelFormat, "it is JSON"},
		{"a pointer of Git LFS", openingFile(t, []byte(pointer)), ortwrap.ErrModelFormat, "`git lfs pull`"},
		{"a zip archive", openingFile(t, []byte("PK\x03\x04 and so on")), ortwrap.ErrModelFormat, "export the model to ONNX"},
		{"gzip", openingBytes([]byte("\x1f\x8b\x08 and so on")), ortwrap.ErrModelFormat, "gzip: unpack it"},
		{"TensorFlow Lite", openingBytes([]byte("\x1c\x00\x00\x00TFL3")), ortwrap.ErrModelFormat, "convert it to ONNX"},
		{"ORT's format", openingFile(t, []byte("\x1c\x00\x00\x00ORTM")), ortwrap.ErrModelFormat, "called .ort"},

		{
			"a newer opset", openingBytes(read(t, "newer.onnx")), ortwrap.ErrOpset,
			"it wants opset 99 of ai.onnx, and ONNX Runtime " + ortwrap.Version() + " has up to",
		},
		{
			"a newer opset, what to do", openingFile(t, read(t, "newer.onnx")), ortwrap.ErrOpset,
			"build a newer ONNX Runtime, or convert the model with onnx.version_converter.convert_version(model, 2",
		},
		{
			"a newer format", openingBytes(read(t, "newerformat.onnx")), ortwrap.ErrOpset,
			"version 99 of the file format (IR), and ONNX Runtime " + ortwrap.Version() + " reads up to 1",
		},
		{
			"a foreign operator", openingBytes(read(t, "foreign.onnx")), ortwrap.ErrOperator,
			`has no Frobnicate in domain "com.example": build an ONNX Runtime that has it`,
		},
		// Element type 23, float4e2m1, came with ONNX 1.18; no ORT up to 1.23 has an operator for it.
		{
			"an unknown element type", openingBytes(bytes.ReplaceAll(read(t, "half.onnx"), []byte{8, 10, 18}, []byte{8, 23, 18})),
			ortwrap.ErrOperator, "export the model with another element type",
		},
		{
			"an unknown operator", openingBytes(read(t, "misspelt.onnx")), ortwrap.ErrOperator,
			"no Identitty in opset 17 of ai.onnx: the name is wrong",
		},
		{
			"an element type without a kernel", openingBytes(read(t, "unknown.onnx")), ortwrap.ErrOperator,
			"knows Max of opset 13 but can't compute it for the element types of node",
		},
		{
			"a function that calls itself", openingBytes(read(t, "endless.onnx")), ortwrap.ErrModelFormat,
			"its functions call one another without end: export the model again",
		},

		{
			"no external data", openingFile(t, read(t, "external.onnx")), ortwrap.ErrExternalData,
			`initializer "weights" is in file "external.bin", and there is no "`,
		},
		{
			"short external data", openingFile(t, read(t, "external.onnx"), 1, 2, 3), ortwrap.ErrExternalData,
			`external.bin" has 3 bytes, and initializer "weights" ends at 16: the file is cut off`,
		},
		{
			"external data of a model in memory", openingBytes(read(t, "external.onnx")), ortwrap.ErrExternalData,
			"open the model with FromFile",
		},
		{"an unknown option of a provider", func() error {
			return openAndClose(ortwrap.NewSession().FromMemory(digit).
				WithProvider(ortwrap.CoreML{Extra: map[string]string{"no_such": "1"}}))
		}, ortwrap.ErrProviderOption, `there is no "no_such": expected one of AllowLowPrecisionAccumulationOnGPU, `},
	})
}

// damaged makes the first node of a model longer than the graph.
func damaged(model []byte) []byte {
	model = append([]byte(nil), model...)
	for i := range model {
		if model[i] == 0x3a { // the graph's key; its length has two bytes
			model[i+4] = 0xff
			model[i+5] = 0xff
			return model
		}
	}
	return nil
}

// A file too large for protobuf is all holes here, and takes no room on the disk.
func TestATooLargeModelSaysWhatToDo(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "model.onnx")
	require.NoError(t, os.WriteFile(path, []byte{8, 8}, 0o600))
	require.NoError(t, os.Truncate(path, 3<<30))
	err := openAndClose(ortwrap.NewSession().FromFile(path))
	require.ErrorIs(t, err, ortwrap.ErrModelTooLarge)
	require.ErrorContains(t, err, "3,221,225,472 bytes, and protobuf reads at most 2,147,483,647: keep the weights in")
}

func TestExternalDataAreFoundBesideTheModel(t *testing.T) {
	t.Parallel()
	session := open(t, "external.onnx")
	got := runOne(t, session, newTensor[float32](t, ortwrap.NewShape(4), 1, 1, 1, 1))
	require.Equal(t, []float32{2, 3, 4, 5}, got.(*ortwrap.Tensor[float32]).GetData())
}

// Whatever ortwrap says of a model, ORT's own code stays in the error.
func TestADiagnosisKeepsTheCode(t *testing.T) {
	t.Parallel()
	err := openingBytes([]byte("text"))()
	require.ErrorIs(t, err, ortwrap.CodeInvalidProtobuf)
	var code ortwrap.Code
	require.ErrorAs(t, err, &code)
	require.Equal(t, ortwrap.CodeInvalidProtobuf, code)
	var failure *ortwrap.Error
	require.ErrorAs(t, err, &failure)
	require.Equal(t, "opening", failure.Op)
}

func TestRunsWithBadInputsSayWhatWasExpected(t *testing.T) {
	t.Parallel()
	session := openPath(t, filepath.Join("examples", "digits", "digits.onnx"))
	words := open(t, "words.onnx")
	closed, err := ortwrap.CreateSession(digits.Model())
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	image := newTensor(t, ortwrap.NewShape(1, 64), make([]float32, 64)...)
	whole := newTensor(t, ortwrap.NewShape(1, 64), make([]int64, 64)...)
	square := newTensor(t, ortwrap.NewShape(1, 8, 8), make([]float32, 64)...)
	small := newTensor(t, ortwrap.NewShape(1, 63), make([]float32, 63)...)
	gone := newTensor[float32](t, ortwrap.NewShape(1, 64), make([]float32, 64)...)
	require.NoError(t, gone.Destroy())
	var typedNil *ortwrap.Tensor[float32]

	running := func(s *ortwrap.Session, inputs ...ortwrap.Value) func() error {
		return func() error {
			_, err := s.Run(t.Context(), inputs...)
			return err
		}
	}
	named := func(inputs map[string]ortwrap.Value) func() error {
		return func() error {
			_, err := session.RunNamed(t.Context(), inputs)
			return err
		}
	}
	t.Run("cases", func(t *testing.T) {
		refuse(t, []badInput{
			{"no input", running(session), ortwrap.ErrInputCount, "expected 1, got 0: the model takes image float32[batch, 64]"},
			{"too many inputs", running(session, image, image), ortwrap.ErrInputCount, "expected 1, got 2"},
			{"no name", named(nil), ortwrap.ErrInputName, `"image" is missing`},
			{
				"a wrong name", named(map[string]ortwrap.Value{"image": image, "x": image}), ortwrap.ErrInputName,
				`there is no "x": the model takes image`,
			},
			{"nil", running(session, nil), ortwrap.ErrInvalidValue, `input "image": unusable value: it is nil`},
			{"a typed nil", running(session, typedNil), ortwrap.ErrInvalidValue, "it is nil"},
			{"a destroyed value", running(session, gone), ortwrap.ErrInvalidValue, "it has been destroyed"},
			{"a wrong type", running(session, whole), ortwrap.ErrInputType, "expected elements of type float32, got int64"},
			{"a type for strings", running(words, whole), ortwrap.ErrInputType, "expected elements of type string, got int64"},
			{"a wrong rank", running(session, square), ortwrap.ErrInputShape, "float32[batch, 64], got [1 8 8]"},
			{"a wrong dimension", running(session, small), ortwrap.ErrInputShape, "float32[batch, 64], got [1 63]"},
			{"a closed session", running(closed, image), ortwrap.ErrClosed, "the session is closed"},
			{
				"metadata of a closed session", func() error { _, err := closed.Metadata(); return err },
				ortwrap.ErrClosed, "reading the metadata of",
			},
		})
	})
}

// A model that gets no elements gives none.
func TestEmptyInputsRun(t *testing.T) {
	t.Parallel()
	session := openPath(t, filepath.Join("examples", "digits", "digits.onnx"))
	none := newTensor[float32](t, ortwrap.NewShape(0, 64))
	require.Equal(t, ortwrap.NewShape(0, 10), runOne(t, session, none).GetShape())
}
