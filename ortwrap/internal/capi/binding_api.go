//go:build linux || darwin

package capi

// BindingAPI is the API that onnxruntime_go asks a library for, its ORT_API_VERSION. A test pins it.
const BindingAPI = 23

// CheckBinding refuses a library that has no table for the API that onnxruntime_go asks for. Only where onnxruntime_go
// gets the library's own base does that matter: see Library.
func CheckBinding(version string, api int) error {
	if api < BindingAPI {
		return &TooOldError{Version: version, Oldest: BindingAPI}
	}
	return nil
}
