//go:build linux || darwin

// Package capi calls the C API of the ONNX Runtime that is linked into this program, or opened by it when it runs.
//
// It does what onnxruntime_go can't be asked to do: make onnxruntime_go use the same library, keep ORT's error codes,
// load a model once for describing and running it, and run models without inputs or with outputs of any rank and
// element type. Package ortwrap is its only user.
//
//	if err := capi.Load(path); err != nil { … }
//	env, err := capi.NewEnv(capi.SeverityFatal)
//	session, err := capi.OpenBytes(env, model, options)
package capi
