package ortwrap

import (
	"bytes"
	"strings"
)

// headBytes is how much of a file is looked at to recognise it.
const headBytes = 512

// strangers are the files that people give instead of models, by what stands at an offset.
var strangers = []struct {
	offset int
	magic  string
	what   string
}{
	{0, "version https://git-lfs", "it is a pointer of Git LFS, not the model: fetch the model with `git lfs pull`"},
	{0, "PK\x03\x04", "it is a zip archive, as PyTorch and Keras write them: " +
		"unpack it if there is a model in it, or export the model to ONNX"},
	{0, "\x1f\x8b", "it is compressed with gzip: unpack it"},
	{0, "\x89HDF", "it is an HDF5 file, as Keras writes them: convert the model to ONNX"},
	{0, "GGUF", "it is a GGUF file: convert the model to ONNX"},
	{4, "TFL3", "it is a model of TensorFlow Lite: convert it to ONNX"},
	{4, "ORTM", "it is a model in ORT's own format, whose file must be called .ort: " +
		"rename it, or make it again with the version of ONNX Runtime that is in use"},
}

// recognise says what a file that begins with head is, if it is one that people often take for a model.
func recognise(head []byte) string {
	if len(head) == 0 {
		return "it is empty: copy or download it again"
	}
	for _, s := range strangers {
		if len(head) > s.offset && bytes.HasPrefix(head[s.offset:], []byte(s.magic)) {
			return s.what
		}
	}
	text := strings.ToLower(string(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff")))))
	switch {
	case strings.HasPrefix(text, "<!doctype html"), strings.HasPrefix(text, "<html"):
		return "it is a web page (HTML): the download went to a page about the model, or to a log-in or error page: " +
			"download the file itself"
	case strings.HasPrefix(text, "<?xml"):
		return "it is XML, perhaps the error message of a download: download the file again"
	case strings.HasPrefix(text, "{"):
		return "it is JSON, perhaps the error message of a download: download the file again"
	}
	return ""
}
