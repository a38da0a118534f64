// Package conformance runs the node tests of ONNX: small models, one operator each, with inputs and the outputs that a
// right implementation gives. They come with ONNX's sources, below onnx/backend/test/data/node.
//
//	cases, err := conformance.Load("onnx-1.17.0.tar.gz")
//	summary, err := conformance.Run(ctx, cases, conformance.Provider{}, nil)
//	verdict := expectations.Judge(summary)
package conformance
