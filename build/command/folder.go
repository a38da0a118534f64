package command

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// folder returns the absolute path of the folder that a target was given. What begins with a dash is a flag that stands
// where the folder belongs: mage takes arguments by their places, and flags behind them.
func folder(dir string) (string, error) {
	if dir == "" || strings.HasPrefix(dir, "-") {
		return "", &fault.Error{
			Op: "read the arguments", On: fmt.Sprintf("%q", dir), Err: errors.New("not the name of a folder"),
			Hint: "name the folder first, flags after it; ./-name where its name has a dash",
		}
	}
	path, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("making %q absolute: %w", dir, err)
	}
	return path, nil
}
