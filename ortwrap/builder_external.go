package ortwrap

import (
	"fmt"
	"maps"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// folderKey is a key of the session's configuration.
const folderKey = "session.model_external_initializers_file_folder_path"

// WithExternalData names the folder with the external data of a model that comes from memory. A model from a file needs
// none: its external data is in the same folder; giving one is an [ErrOption].
func (b SessionBuilder) WithExternalData(dir string) SessionBuilder {
	if dir == "" || strings.Contains(dir, "\x00") {
		return b.fail(fmt.Errorf("%w: the folder of external data is %q", ErrOption, dir))
	}
	b.folder = dir
	return b.with(func(o capi.Options) error { return o.SetConfig(folderKey, dir) })
}

// WithExternalBytes gives the content of a file of external data, by the name that the model has for the file. Where it
// is used for one file, it must be for all that the model names.
//
// Open makes ORT copy what it needs: data must not change until Open has returned, and takes no more memory than that
// afterwards.
func (b SessionBuilder) WithExternalBytes(name string, data []byte) SessionBuilder {
	if name == "" || strings.Contains(name, "\x00") || len(data) == 0 {
		return b.fail(fmt.Errorf("%w: external data %q with %d bytes: expected a name and at least one byte",
			ErrOption, name, len(data)))
	}
	b.given = maps.Clone(b.given)
	if b.given == nil {
		b.given = map[string][]byte{}
	}
	b.given[name] = data
	return b.with(func(o capi.Options) error { return o.AddExternal(name, data) })
}
