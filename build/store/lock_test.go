package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
)

// holdChild takes the lock "cpu", says so, and keeps it until it is killed.
func holdChild() error {
	s, err := store.Open(os.Getenv("STORE_ROOT"), store.Options{})
	if err != nil {
		return err
	}
	if _, err := s.Lock(context.Background(), "cpu", "build 1.21.0", nil); err != nil {
		return err
	}
	fmt.Println("held")
	time.Sleep(time.Hour)
	return nil
}

func TestSecondBuildWaitsAndSaysForWhom(t *testing.T) {
	t.Parallel()
	s, _ := open(t, t.TempDir())
	cmd := child(t, "hold", "STORE_ROOT="+s.Root())
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)

	// Another lock is free meanwhile.
	release, err := s.Lock(t.Context(), "other", "", func(store.Holder) { t.Error("the lock is free") })
	require.NoError(t, err)
	release()

	var holders []store.Holder
	release, err = s.Lock(t.Context(), "cpu", "test", func(h store.Holder) {
		holders = append(holders, h)
		require.NoError(t, cmd.Process.Kill()) // a killed holder lets go
	})
	require.NoError(t, err)
	require.Error(t, cmd.Wait())
	defer release()
	host, err := os.Hostname()
	require.NoError(t, err)
	require.Len(t, holders, 1)
	require.Equal(t, cmd.Process.Pid, holders[0].PID)
	require.Equal(t, host, holders[0].Host)
	require.Equal(t, "build 1.21.0", holders[0].What)
	require.WithinDuration(t, time.Now(), holders[0].Since, time.Minute)
	require.Regexp(t, `^build 1\.21\.0 \(process \d+ on .*, since \d\d:\d\d:\d\d\)$`, holders[0].String())
}

func TestLockIsFreeAfterItsRelease(t *testing.T) {
	t.Parallel()
	s, _ := open(t, t.TempDir())
	for range 3 {
		release, err := s.Lock(t.Context(), "1.21.0-cpu", "", func(store.Holder) { t.Error("the lock is free") })
		require.NoError(t, err)
		release()
		release()
	}
}

func TestCancelledWaitNamesTheHolder(t *testing.T) {
	t.Parallel()
	s, _ := open(t, t.TempDir())
	release, err := s.Lock(t.Context(), "cpu", "the first build", nil)
	require.NoError(t, err)
	defer release()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	told := 0
	_, err = s.Lock(ctx, "cpu", "the second build", func(store.Holder) { told++ })
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "waiting for the first build (process ")
	require.Equal(t, 1, told)
}

func TestNextHolderIsReportedToo(t *testing.T) {
	t.Parallel()
	s, _ := open(t, t.TempDir())
	release, err := s.Lock(t.Context(), "cpu", "the first build", nil)
	require.NoError(t, err)
	var told []string
	done, err := s.Lock(t.Context(), "cpu", "the last build", func(h store.Holder) {
		told = append(told, h.What)
		if len(told) == 2 {
			time.AfterFunc(200*time.Millisecond, release)
		}
		if len(told) > 1 {
			return
		}
		path := filepath.Join(s.Root(), "locks", "cpu")
		second := `{"pid": 1, "what": "the second build", "since": "2026-01-31T12:00:00+05:45"}`
		require.NoError(t, os.WriteFile(path, []byte(second), 0o644))
	})
	require.NoError(t, err)
	done()
	require.Equal(t, []string{"the first build", "the second build"}, told)
}

func TestHolderWithoutNameIsReportedToo(t *testing.T) {
	t.Parallel()
	s, _ := open(t, t.TempDir())
	release, err := s.Lock(t.Context(), "cpu", "", nil)
	require.NoError(t, err)
	defer release()
	require.NoError(t, os.Truncate(filepath.Join(s.Root(), "locks", "cpu"), 0)) // a full disk
	ctx, cancel := context.WithCancel(t.Context())
	_, err = s.Lock(ctx, "cpu", "", func(h store.Holder) {
		require.Equal(t, "another process", h.String())
		cancel()
	})
	require.ErrorIs(t, err, context.Canceled)
}

func TestNamesThatAreNoFilesAreRefused(t *testing.T) {
	t.Parallel()
	s, _ := open(t, t.TempDir())
	for _, name := range []string{"", ".", "..", "a/b", "../a", "a b", "é"} {
		_, err := s.Lock(t.Context(), name, "", nil)
		require.ErrorContains(t, err, "cannot be the name of a lock", "%q", name)
		require.ErrorContains(t, s.SetAlias(t.Context(), name, store.Entry{}), "cannot be an alias", "%q", name)
	}
}
