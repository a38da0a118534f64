package ortwrap_test

import (
	"log/slog"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	ort "github.com/yalue/onnxruntime_go"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// The environment belongs to the whole process, so these tests are not parallel to any other.

func TestShutdownIsIdempotentAndTheNextUseStartsAnew(t *testing.T) {
	for range 3 {
		session, err := ortwrap.CreateSession(read(t, "constant.onnx"))
		require.NoError(t, err)
		require.NoError(t, session.Close())
		require.True(t, ort.IsInitialized())
		require.NoError(t, ortwrap.Shutdown())
		require.NoError(t, ortwrap.Shutdown())
		require.False(t, ort.IsInitialized())
	}
}

func TestShutdownRefusesWhileASessionIsOpen(t *testing.T) {
	session, err := ortwrap.CreateSession(read(t, "constant.onnx"))
	require.NoError(t, err)
	require.ErrorIs(t, ortwrap.Shutdown(), ortwrap.ErrSessionsOpen)
	runOne(t, session)
	require.NoError(t, session.Close())
	require.NoError(t, ortwrap.Shutdown())
}

func TestInitializationIsTriedAgainAfterAFailure(t *testing.T) {
	require.NoError(t, ortwrap.Initialize()) // so that onnxruntime_go knows the library
	require.NoError(t, ortwrap.Shutdown())
	require.NoError(t, ort.InitializeEnvironment())
	_, err := ortwrap.NewScalar(int64(1))
	require.ErrorIs(t, err, ortwrap.ErrForeignEnvironment)
	_, err = ortwrap.CreateSession(read(t, "constant.onnx"))
	require.ErrorIs(t, err, ortwrap.ErrForeignEnvironment)
	require.NoError(t, ort.DestroyEnvironment())

	require.NoError(t, ortwrap.Initialize())
	require.NoError(t, ortwrap.Shutdown())
}

func TestFirstUseByManyGoroutines(t *testing.T) {
	require.NoError(t, ortwrap.Shutdown())
	model := read(t, "constant.onnx")
	var all sync.WaitGroup
	failures := make(chan error, 128)
	for i := range 64 {
		all.Add(2)
		go func() {
			defer all.Done()
			session, err := ortwrap.CreateSession(model)
			if err == nil {
				err = session.Close()
			}
			failures <- err
		}()
		go func() { // others use values, and some shut down in between
			defer all.Done()
			if i%8 == 0 {
				ortwrap.Shutdown() // refused or not: both are right
			}
			scalar, err := ortwrap.NewScalar(float32(i))
			if err == nil {
				err = scalar.Destroy()
			}
			failures <- err
		}()
	}
	all.Wait()
	close(failures)
	for err := range failures {
		require.NoError(t, err)
	}
	require.NoError(t, ortwrap.Shutdown())
}

func TestValuesMayBeDestroyedAfterShutdown(t *testing.T) {
	tensor, err := ortwrap.NewTensor(ortwrap.NewShape(2), []float32{1, 2})
	require.NoError(t, err)
	words, err := ortwrap.NewStringTensor(ortwrap.NewShape(1), []string{"a"})
	require.NoError(t, err)
	require.NoError(t, ortwrap.Shutdown())
	require.NoError(t, tensor.Destroy())
	require.NoError(t, words.Destroy())
}

func TestShutdownWaitsForThoseWhoUseTheEnvironmentButNotForItself(t *testing.T) {
	log := listen(t, slog.LevelWarn)
	asked := make(chan error, 1)
	log.react = func() {
		select {
		case asked <- ortwrap.Shutdown(): // while a session is being opened
		default:
		}
	}
	mustOpen(t, unusedModel(t))
	require.ErrorIs(t, <-asked, ortwrap.ErrSessionsOpen)
	log.react = nil
	require.NoError(t, ortwrap.Shutdown())
}
