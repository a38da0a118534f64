package ortwrap

import (
	"fmt"
	"sync"
	"sync/atomic"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// Initialize makes ORT ready. There is no need to call it: whatever needs ORT does. It serves programs that want to
// know at their start whether ORT works. The error is [ErrLibrary], [ErrUnsupportedVersion], [ErrForeignEnvironment] or
// a [Code]; after one it may be called again.
func Initialize() error {
	if err := env.enter(); err != nil {
		return err
	}
	env.leave()
	return nil
}

// Shutdown gives back what ORT holds for the whole process, such as its thread pools. It returns [ErrSessionsOpen], and
// changes nothing, while a session is open or being opened. Calling it again does nothing, and the next use of ORT
// initialises it anew.
//
// A program that ends need not call it, and may leave everything open. Only where C's exit handlers run, which is in
// programs whose main function is C's and under Go's race detector, no session may be opened at that moment.
func Shutdown() error { return env.stop() }

// env is ORT's environment. ORT and onnxruntime_go have one for the whole process, and so must we.
var env = newEnvironment()

// environment guards onnxruntime_go's package variables: they are written while nobody is between enter and leave.
//
// The lock is held for moments only, never while ORT may call the user's logger, and enter never waits for stop. So a
// logger that calls this package can't wait for itself.
type environment struct {
	lock     sync.Mutex
	idle     *sync.Cond // users has become 0
	users    int        // between enter and leave
	ready    bool
	native   capi.Env
	sessions atomic.Int64 // open ones and those being opened; raised only between enter and leave
	log      logging
}

func newEnvironment() *environment {
	e := new(environment)
	e.idle = sync.NewCond(&e.lock)
	return e
}

// enter makes sure that ORT is ready and stays so until leave is called, which it must be unless there is an error.
func (e *environment) enter() error {
	for {
		e.lock.Lock()
		if e.ready {
			e.users++
			e.lock.Unlock()
			return nil
		}
		deliver, err := e.start()
		e.lock.Unlock()
		deliver()
		if err != nil {
			return fmt.Errorf("initialising ONNX Runtime: %w", err)
		}
	}
}

func (e *environment) leave() {
	e.lock.Lock()
	defer e.lock.Unlock()
	if e.users--; e.users == 0 {
		e.idle.Broadcast()
	}
}

// start needs the lock. What it returns logs what ORT had to say, and is called without the lock.
func (e *environment) start() (deliver func(), err error) {
	deliver = e.log.hold()
	if err := checkHandles(); err != nil {
		return deliver, err
	}
	if err := loadLibrary(); err != nil {
		return deliver, err
	}
	if ort.IsInitialized() {
		return deliver, ErrForeignEnvironment
	}
	path, err := capi.Library()
	if err != nil {
		return deliver, library.explain("", err)
	}
	// Ours comes first, so that ours are the settings of the one environment that both refer to.
	native, err := capi.NewEnv(e.log.severity())
	if err != nil {
		return deliver, convert(err)
	}
	ort.SetSharedLibraryPath(path)
	if err := ort.InitializeEnvironment(); err != nil {
		native.Release()
		return deliver, err
	}
	e.native, e.ready = native, true
	return deliver, nil
}

func (e *environment) stop() error {
	deliver, err := e.release()
	deliver()
	if err != nil {
		return fmt.Errorf("shutting down ONNX Runtime: %w", err)
	}
	return nil
}

func (e *environment) release() (deliver func(), err error) {
	e.lock.Lock()
	defer e.lock.Unlock()
	for {
		if !e.ready {
			return func() {}, nil
		}
		if n := e.sessions.Load(); n > 0 {
			return func() {}, fmt.Errorf("%w (%d)", ErrSessionsOpen, n)
		}
		if e.users == 0 {
			break
		}
		e.idle.Wait()
	}
	deliver = e.log.hold()
	e.ready = false
	e.native.Release()
	return deliver, ort.DestroyEnvironment()
}
