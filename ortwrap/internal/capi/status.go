//go:build linux || darwin

package capi

// #include "api.h"
//
// static int status_code(OrtStatus *s) { return ortwrap_api->GetErrorCode(s); }
// static const char *status_message(OrtStatus *s) { return ortwrap_api->GetErrorMessage(s); }
// static void release_status(OrtStatus *s) { ortwrap_api->ReleaseStatus(s); }
import "C"

import "strings"

// Error is a failure that ORT reports: an OrtErrorCode, never 0, and ORT's text.
type Error struct {
	Code    int
	Message string
}

func (e *Error) Error() string { return e.Message }

// check turns a status into an error and releases it. NULL is success.
func check(status *C.OrtStatus) error {
	if status == nil {
		return nil
	}
	defer C.release_status(status)
	return &Error{
		Code:    int(C.status_code(status)),
		Message: strings.TrimSpace(C.GoString(C.status_message(status))),
	}
}
