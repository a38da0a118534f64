package toolchain

import (
	"context"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

type Way = way

var (
	ParseVersion    = parseVersion
	ParseCompiler   = parseCompiler
	CompareVersions = compareVersions
	ParseOSRelease  = parseOSRelease
	Sibling         = sibling
	Scripts         = scripts
	WriteScripts    = writeScripts
	MakesCodeFor    = madeFor
)

func Ways(platform spec.Platform) ([]Way, error) { return ways(platform) }

func (f *Finder) SetWays(rows []Way) { f.rows = rows }

func (f *Finder) SetPackages(install func(context.Context, debian.Request, string) ([]debian.Package, error)) {
	f.packages = install
}
