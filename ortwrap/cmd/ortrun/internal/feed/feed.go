// Package feed makes the inputs of a model from what a user writes: names with files or with literal values.
//
//	inputs, err := feed.Read(session.Inputs(), []string{"image=photo.png", "size=[224, 224]"}, feed.Images{})
package feed

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/npy"
)

// ErrText says that the text of an input can't be understood, which is the user's mistake and not that of a file.
var ErrText = errors.New("unusable input")

// Read makes values from texts of the forms
//
//	name=FILE   a .npy file, a .json file with a (nested) list, a .png or .jpeg image
//	name=VALUE  JSON: 5, true, "text", [[1, 2], [3, 4]]
//	FILE        a .npz file, or a .json file with an object, whose members are inputs by name; any other file where the
//	            model has one input
//
// The caller destroys them. A single value or a plain list, of JSON or in a NumPy file, takes the model's shape where that
// has more dimensions and there is one way to do so.
func Read(infos []ortwrap.Info, texts []string, images Images) (map[string]ortwrap.Value, error) {
	if err := images.check(); err != nil {
		return nil, err
	}
	r := reader{infos: infos, images: images, values: map[string]ortwrap.Value{}}
	for _, text := range texts {
		if err := r.read(text); err != nil {
			r.destroy()
			return nil, fmt.Errorf("reading input %q: %w", text, cause(err))
		}
	}
	return r.values, nil
}

// ReadOutputs reads outputs of a model from a .npz or .json file, as Read reads inputs, but those of NumPy keep their
// shape. The caller destroys them.
func ReadOutputs(infos []ortwrap.Info, path string) (map[string]ortwrap.Value, error) {
	r := reader{infos: infos, outputs: true, values: map[string]ortwrap.Value{}}
	if err := r.file(path, kindOf(path)); err != nil {
		r.destroy()
		return nil, fmt.Errorf("reading expected outputs %q: %w", path, cause(err))
	}
	return r.values, nil
}

// cause is the reason why a file could not be opened, without the name of the file, which is said already.
func cause(err error) error {
	if failure, ok := err.(*os.PathError); ok {
		return failure.Err
	}
	return err
}

// reader collects values.
type reader struct {
	infos   []ortwrap.Info
	outputs bool // whether infos are outputs
	images  Images
	values  map[string]ortwrap.Value
}

func (r *reader) destroy() {
	for _, v := range r.values {
		v.Destroy()
	}
}

func (r *reader) read(text string) error {
	info, content, named := r.split(text)
	kind := kindOf(content)
	switch {
	case named && kind == archive:
		return fmt.Errorf("%w: a .npz file holds several inputs by name: leave out %q", ErrText, info.Name+"=")
	case named:
		return r.one(info, content, kind)
	case kind == literal:
		return fmt.Errorf("%w: expected name=FILE, name=VALUE or FILE (.npy, .npz, .json, .png, .jpeg); the model takes %s",
			ErrText, r.signature())
	}
	if _, err := os.Stat(content); err != nil && strings.Contains(content, "=") {
		return fmt.Errorf("%w: there is no file %q, nor does it begin with an input's name and \"=\": the model takes %s",
			ErrText, content, r.signature())
	}
	return r.file(content, kind)
}

// file reads a file whose values have names of their own, or which is for the only input.
func (r *reader) file(content string, kind kind) error {
	switch kind {
	case archive:
		members, err := npy.ReadArchive(content)
		if err != nil {
			return err
		}
		return r.addAll(members)
	case document:
		members, err := readObject(content)
		if err != nil {
			return err
		}
		if members != nil {
			return r.addObject(members)
		}
	}
	if len(r.infos) != 1 {
		return r.several(content)
	}
	return r.one(r.infos[0], content, kind)
}

// several says that a file has one value without a name, and the model has not one input or output.
func (r *reader) several(content string) error {
	if r.outputs {
		return fmt.Errorf("the model gives %s: expected an object with outputs by name", r.signature())
	}
	return fmt.Errorf("%w: the model takes %s: write name=%s", ErrText, r.signature(), content)
}

// split finds the input that a text is for. Names may contain "=", so the longest that fits counts.
func (r *reader) split(text string) (info ortwrap.Info, content string, named bool) {
	content = text
	for _, i := range r.infos {
		rest, ok := strings.CutPrefix(text, i.Name+"=")
		if ok && (!named || len(i.Name) > len(info.Name)) {
			info, content, named = i, rest, true
		}
	}
	return info, content, named
}

// one makes one input.
func (r *reader) one(info ortwrap.Info, content string, kind kind) error {
	v, err := r.value(info, content, kind)
	if err != nil {
		return err
	}
	return r.add(info.Name, v)
}

func (r *reader) value(info ortwrap.Info, content string, kind kind) (ortwrap.Value, error) {
	switch kind {
	case array:
		v, err := npy.ReadFile(content)
		if err != nil {
			return nil, err
		}
		return r.fitted(info, v)
	case picture:
		return r.images.read(info, content)
	case document:
		text, err := os.ReadFile(content)
		if err != nil {
			return nil, err
		}
		return fromJSON(info, text)
	default:
		return fromText(info, content)
	}
}

// fromText makes the value of an input from a literal. Where a string is wanted, it need not be quoted.
func fromText(info ortwrap.Info, content string) (ortwrap.Value, error) {
	if info.Type == ortwrap.String && !strings.HasPrefix(content, "[") && !strings.HasPrefix(content, `"`) {
		return makeTensor(info.Type, []any{content}, fit(nil, info.Shape, 1))
	}
	v, err := fromJSON(info, []byte(content))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrText, err)
	}
	return v, nil
}

func (r *reader) add(name string, v ortwrap.Value) error {
	if _, have := r.values[name]; have {
		v.Destroy()
		return fmt.Errorf("%w: %q is given twice", ErrText, name)
	}
	r.values[name] = v
	return nil
}

// addAll takes all members of an archive. Those that are not inputs are errors, since their names may be misspelt.
func (r *reader) addAll(members map[string]ortwrap.Value) error {
	var first error
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if first != nil {
			members[name].Destroy()
			continue
		}
		first = r.member(name, members[name])
	}
	return first
}

func (r *reader) member(name string, v ortwrap.Value) error {
	info, err := r.info(name)
	if err != nil {
		v.Destroy()
		return err
	}
	if v, err = r.fitted(info, v); err != nil {
		return fmt.Errorf("%q: %w", name, err)
	}
	return r.add(name, v)
}

// fitted takes a value from a NumPy file, and returns it or one with the same elements in the model's shape. Outputs stay
// as they are: their shape is what they are compared with.
func (r *reader) fitted(info ortwrap.Info, v ortwrap.Value) (ortwrap.Value, error) {
	shape := v.GetShape()
	dims := fit(shape, info.Shape, int(known(shape)))
	if r.outputs || len(dims) == len(shape) {
		return v, nil
	}
	defer v.Destroy()
	return reshaped(v, dims)
}

func (r *reader) info(name string) (ortwrap.Info, error) {
	for _, info := range r.infos {
		if info.Name == name {
			return info, nil
		}
	}
	if r.outputs {
		return ortwrap.Info{}, fmt.Errorf("there is no output %q: the model gives %s", name, r.signature())
	}
	return ortwrap.Info{}, fmt.Errorf("%w: there is no %q: the model takes %s", ortwrap.ErrInputName, name, r.signature())
}

func (r *reader) signature() string {
	if len(r.infos) == 0 {
		return "no inputs"
	}
	list := make([]string, len(r.infos))
	for i, info := range r.infos {
		list[i] = info.String()
	}
	return strings.Join(list, ", ")
}

// kind is what a text is, by the end of its name.
type kind int

const (
	literal kind = iota
	array
	archive
	document
	picture
)

func kindOf(content string) kind {
	switch strings.ToLower(filepath.Ext(content)) {
	case ".npy":
		return array
	case ".npz":
		return archive
	case ".json":
		return document
	case ".png", ".jpg", ".jpeg":
		return picture
	default:
		return literal
	}
}
