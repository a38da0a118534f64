package ortwrap

import (
	"fmt"
	"sync"
	"sync/atomic"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// Initialize makes ORT ready. There is no need to call it: whatever needs ORT does. It serves programs that want to
// know at their start whether ORT works. After a failure it may be called again.
func Initialize() error {
	if err := env.enter(); err != nil {
		return err
	}
	env.leave()
	return nil
}

// Shutdown gives back what ORT holds for the whole process, such as its thread pools. It returns [ErrSessionsOpen], and
// changes nothing, while a session is open. Calling it again does nothing, and the next use of ORT initialises it anew.
// A program that ends need not call it.
func Shutdown() error { return env.stop() }

// env is ORT's environment. ORT and onnxruntime_go have one for the whole process, and so must we.
var env environment

// environment guards onnxruntime_go's package variables: they are written under the lock and read below it.
type environment struct {
	lock     sync.RWMutex
	ready    bool
	native   capi.Env
	sessions atomic.Int64 // open ones; raised only between enter and leave
}

// enter makes sure that ORT is ready and stays so until leave is called, which it must be unless there is an error.
func (e *environment) enter() error {
	for {
		e.lock.RLock()
		if e.ready {
			return nil
		}
		e.lock.RUnlock()
		if err := e.start(); err != nil {
			return fmt.Errorf("initialising ONNX Runtime: %w", err)
		}
	}
}

func (e *environment) leave() { e.lock.RUnlock() }

func (e *environment) start() error {
	e.lock.Lock()
	defer e.lock.Unlock()
	if e.ready {
		return nil
	}
	if err := checkHandles(); err != nil {
		return err
	}
	if err := loadLibrary(); err != nil {
		return err
	}
	if ort.IsInitialized() {
		return ErrForeignEnvironment
	}
	path, err := capi.Library()
	if err != nil {
		return err
	}
	// Ours comes first, so that ours are the settings of the one environment that both refer to.
	native, err := capi.NewEnv()
	if err != nil {
		return convert(err)
	}
	ort.SetSharedLibraryPath(path)
	if err := ort.InitializeEnvironment(); err != nil {
		native.Release()
		return err
	}
	e.native, e.ready = native, true
	return nil
}

func (e *environment) stop() error {
	e.lock.Lock()
	defer e.lock.Unlock()
	if !e.ready {
		return nil
	}
	if n := e.sessions.Load(); n > 0 {
		return fmt.Errorf("shutting down ONNX Runtime: %w (%d)", ErrSessionsOpen, n)
	}
	e.ready = false
	e.native.Release()
	if err := ort.DestroyEnvironment(); err != nil {
		return fmt.Errorf("shutting down ONNX Runtime: %w", err)
	}
	return nil
}
