//go:build linux || darwin

package capi

// void ortwrap_listen(int on);
import "C"

import "sync/atomic"

// Severities of ORT's messages.
const (
	SeverityVerbose = 0
	SeverityInfo    = 1
	SeverityWarning = 2
	SeverityError   = 3
	SeverityFatal   = 4
)

// Message is what ORT logs.
type Message struct {
	Severity int
	Category string // "onnxruntime"
	ID       string // of the environment or session
	Location string // file, line and function in ORT's source
	Text     string
}

// listener gets ORT's messages. C can't hold it: ORT's threads may call at any time, even after the last environment.
var listener atomic.Pointer[func(Message)]

// LogTo gives every message to a function from now on, in the goroutine whose call made ORT log or in a new one. Nil
// ends that. The function may be called by many at the same time, and for a moment after it has been replaced.
func LogTo(f func(Message)) {
	if f == nil {
		C.ortwrap_listen(0)
		listener.Store(nil)
		return
	}
	listener.Store(&f)
	C.ortwrap_listen(1)
}

//export ortwrapLog
func ortwrapLog(severity C.int, category, id, location, text *C.char) {
	if f := listener.Load(); f != nil {
		(*f)(Message{int(severity), C.GoString(category), C.GoString(id), C.GoString(location), C.GoString(text)})
	}
}
