package ortwrap

import (
	"sync"
	"sync/atomic"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// Session is a loaded model. It may be used by any number of goroutines at the same time. It must be closed: nothing
// else frees what ORT holds. The zero Session is a closed one.
type Session struct {
	model           string
	inputs, outputs []Info
	opsets          map[string]int64
	choice          choice // of providers

	// open ends when Close begins, so that what comes after need not wait for Close, which waits for runs: they hold the
	// lock for reading, Close for writing. What stands below is only good between enter and leave.
	open                    atomic.Bool
	lock                    sync.RWMutex
	held                    bool // not freed yet
	native                  capi.Session
	inputNames, outputNames capi.Names
	runners                 runners
	bindings                sync.Map // of open *Binding
	copiesInputs            bool     // to another device than the CPU
}

// newSession takes over a loaded model. The environment must be entered.
func newSession(native capi.Session, model string) (*Session, error) {
	inputs, err := native.Inputs()
	if err != nil {
		native.Release()
		return nil, convert(err)
	}
	outputs, err := native.Outputs()
	if err != nil {
		native.Release()
		return nil, convert(err)
	}
	env.sessions.Add(1)
	s := &Session{held: true, model: model, native: native, inputs: infos(inputs), outputs: infos(outputs)}
	s.inputNames, s.outputNames = capi.NewNames(names(s.inputs)), capi.NewNames(names(s.outputs))
	s.open.Store(true)
	return s, nil
}

// Model is the path of the model, or "model of 1024 bytes".
func (s *Session) Model() string { return s.model }

// Inputs describes the inputs in the model's order, which is that of the arguments of Run. It works on a closed session
// too.
func (s *Session) Inputs() []Info { return cloneInfos(s.inputs) }

// Outputs describes the outputs in the model's order, which is that of the results of Run. It works on a closed session
// too.
func (s *Session) Outputs() []Info { return cloneInfos(s.outputs) }

// Close frees the model, after waiting for runs that have begun, and closes its bindings. Closing a closed session does
// nothing. As soon as Close has been called, other methods give [ErrClosed].
func (s *Session) Close() error {
	s.open.Store(false)
	s.lock.Lock()
	defer s.lock.Unlock()
	if !s.held {
		return nil
	}
	s.held = false
	for b := range s.bindings.Range {
		b.(*Binding).close()
	}
	s.bindings.Clear()
	s.runners.release()
	s.native.Release()
	s.inputNames.Release()
	s.outputNames.Release()
	env.sessions.Add(-1)
	return nil
}

// enter makes sure that the session stays open until leave is called, which it must be unless there is an error.
func (s *Session) enter() error {
	if !s.open.Load() { // the lock would wait for Close
		return ErrClosed
	}
	s.lock.RLock()
	if !s.open.Load() {
		s.lock.RUnlock()
		return ErrClosed
	}
	return nil
}

func (s *Session) leave() { s.lock.RUnlock() }

// EndProfiling completes the profile, after waiting for runs that have begun, and returns its path; see
// [SessionBuilder.WithProfiling]. The errors are [ErrNoProfile] and [ErrClosed].
func (s *Session) EndProfiling() (path string, err error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if !s.open.Load() {
		err = ErrClosed
	} else if path, err = s.native.EndProfiling(); err == nil && path == "" {
		err = ErrNoProfile
	}
	if err != nil {
		return "", &Error{Op: "profiling", Model: s.model, Err: convert(err)}
	}
	return path, nil
}
