package fetch_test

import (
	"context"
	"crypto/sha1" //nolint:gosec // deps.txt pins by SHA-1
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/fetch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const text = "the bytes of a pinned archive"

var sum = digest.OfBytes([]byte(text))

// pinAt pins text, to be had at the given addresses.
func pinAt(urls ...string) release.Pin {
	return release.Pin{Name: "onnx", SHA256: sum, Size: int64(len(text)), URLs: urls}
}

// server serves a handler on loopback, and counts its requests.
type server struct {
	*httptest.Server
	requests atomic.Int32
}

func serve(t *testing.T, handler http.HandlerFunc) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func serveText(t *testing.T, text string) *server {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) })
}

// newClient returns a client with a folder of its own and short time-outs.
func newClient(t *testing.T) *fetch.Client {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &fetch.Client{Dir: filepath.Join(t.TempDir(), "down loads"), Stall: 5 * time.Second, Transport: transport}
}

// requireNothingLeft fails if a file is being fetched still, or one is under a good name.
func requireNothingLeft(t *testing.T, c *fetch.Client) {
	t.Helper()
	for _, folder := range []string{"tmp", "sha256"} {
		entries, err := os.ReadDir(filepath.Join(c.Dir, folder))
		if !errors.Is(err, os.ErrNotExist) {
			require.NoError(t, err)
		}
		require.Empty(t, entries, folder)
	}
}

// requireFault returns the fault in err's chain, which must say what to do next.
func requireFault(t *testing.T, err error) *fault.Error {
	t.Helper()
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.NotEmpty(t, f.Hint)
	return f
}

func TestFetchVerifiesKeepsAndFetchesOnce(t *testing.T) {
	t.Parallel()
	s := serveText(t, text)
	c := newClient(t)
	pin := pinAt(s.URL + "/archive/v1.18.0.zip")
	_, ok := c.Has(pin)
	require.False(t, ok)

	var last, total int64
	file, err := c.Fetch(t.Context(), pin, func(d, n int64) { last, total = d, n })
	require.NoError(t, err)
	require.Equal(t, fetch.File{
		Path: filepath.Join(c.Dir, "sha256", sum.Hex(), "onnx-v1.18.0.zip"), SHA256: sum, Size: int64(len(text)),
		From: pin.URLs[0],
	}, file)
	require.EqualValues(t, len(text), last)
	require.EqualValues(t, len(text), total)
	data, err := os.ReadFile(file.Path)
	require.NoError(t, err)
	require.Equal(t, text, string(data))

	again, err := c.Fetch(t.Context(), pin, nil)
	require.NoError(t, err)
	file.From = ""
	require.Equal(t, file, again)
	require.EqualValues(t, 1, s.requests.Load())
	entries, err := os.ReadDir(filepath.Join(c.Dir, "tmp"))
	require.NoError(t, err)
	require.Empty(t, entries)
}

func TestFetchBySHA1IsRememberedBySHA256(t *testing.T) {
	t.Parallel()
	s := serveText(t, text)
	c := newClient(t)
	old := sha1.Sum([]byte(text)) //nolint:gosec // deps.txt pins by SHA-1
	pin := release.Pin{Name: "re2", SHA1: hex.EncodeToString(old[:]), URLs: []string{s.URL + "/re2.zip"}}
	for range 2 {
		file, err := c.Fetch(t.Context(), pin, nil)
		require.NoError(t, err)
		require.Equal(t, sum, file.SHA256)
	}
	require.EqualValues(t, 1, s.requests.Load())

	pin.SHA1 = strings.Repeat("0", 40)
	_, err := c.Fetch(t.Context(), pin, nil)
	require.ErrorContains(t, err, "digest wanted sha1:"+pin.SHA1+", got sha1:"+hex.EncodeToString(old[:]))
}

func TestDamagedFileIsFetchedAgain(t *testing.T) {
	t.Parallel()
	s := serveText(t, text)
	c := newClient(t)
	file, err := c.Fetch(t.Context(), pinAt(s.URL+"/a.zip"), nil)
	require.NoError(t, err)
	for _, damage := range []string{"", strings.ToUpper(text)} {
		require.NoError(t, os.WriteFile(file.Path, []byte(damage), 0o600))
		_, ok := c.Has(pinAt(s.URL + "/a.zip"))
		require.False(t, ok)
		_, err = c.Fetch(t.Context(), pinAt(s.URL+"/a.zip"), nil)
		require.NoError(t, err)
		_, ok = c.Has(pinAt(s.URL + "/a.zip"))
		require.True(t, ok)
	}
}

func TestMismatchNamesBothAndGoesOnToTheNextPlace(t *testing.T) {
	t.Parallel()
	wrong := strings.ToUpper(text)
	bad, good := serveText(t, wrong), serveText(t, text)
	c := newClient(t)
	_, err := c.Fetch(t.Context(), pinAt(bad.URL+"/a.zip"), nil)
	f := requireFault(t, err)
	require.Equal(t, "fetch onnx", f.Op)
	require.ErrorContains(t, err, bad.URL+"/a.zip: not the pinned file: digest wanted "+sum.String()+
		", got "+digest.OfBytes([]byte(wrong)).String())
	require.Contains(t, f.Hint, "ORT_MIRROR")
	requireNothingLeft(t, c)

	file, err := c.Fetch(t.Context(), pinAt(bad.URL+"/a.zip", good.URL+"/a.zip"), nil)
	require.NoError(t, err)
	require.Equal(t, good.URL+"/a.zip", file.From)
}

func TestMismatchKeepsTheGoodFile(t *testing.T) {
	t.Parallel()
	s := serveText(t, text)
	c := newClient(t)
	file, err := c.Fetch(t.Context(), pinAt(s.URL+"/a.zip"), nil)
	require.NoError(t, err)
	other := pinAt(s.URL + "/a.zip")
	other.SHA256 = digest.OfBytes([]byte("other"))
	_, err = c.Fetch(t.Context(), other, nil)
	require.ErrorContains(t, err, "not the pinned file")
	require.FileExists(t, file.Path)
}

func TestWrongSizeIsToldWithoutReadingOn(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/said") {
			w.Header().Set("Content-Length", "1000000")
			w.WriteHeader(http.StatusOK)
			return
		}
		for range 100 { // in chunks: no length is said
			fmt.Fprint(w, text)
			w.(http.Flusher).Flush()
		}
	})
	for path, want := range map[string]string{
		"/said.zip":  fmt.Sprintf("size wanted %d bytes, got 1000000 bytes", len(text)),
		"/chunk.zip": fmt.Sprintf("size wanted at most %d bytes, got more", len(text)),
	} {
		c := newClient(t)
		_, err := c.Fetch(t.Context(), pinAt(s.URL+path), nil)
		require.ErrorContains(t, err, want)
		requireNothingLeft(t, c)
	}
}

func TestCancelLeavesNoStagingFile(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	cause := errors.New("ctrl-c")
	ctx, cancel := context.WithCancelCause(t.Context())
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, text[:5])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	_, err := c.Fetch(ctx, pinAt(s.URL+"/a.zip", s.URL+"/b.zip"), func(int64, int64) { cancel(cause) })
	require.ErrorIs(t, err, cause)
	require.EqualValues(t, 1, s.requests.Load(), "no other place is tried")
	requireNothingLeft(t, c)
}

func TestManyAtOnceGetTheSameFile(t *testing.T) {
	t.Parallel()
	s := serveText(t, text)
	first := newClient(t)
	var group sync.WaitGroup
	for i := range 8 {
		c := &fetch.Client{Dir: first.Dir, Transport: first.Transport} // as another process would
		group.Go(func() {
			file, err := c.Fetch(t.Context(), pinAt(fmt.Sprintf("%s/%d/a.zip", s.URL, i)), nil)
			if err != nil || file.SHA256 != sum {
				t.Errorf("file %v, error %v", file, err)
			}
		})
	}
	group.Wait()
	entries, err := os.ReadDir(filepath.Join(first.Dir, "tmp"))
	require.NoError(t, err)
	require.Empty(t, entries)
}

func TestLeftoversOfAKilledProcessAreRemovedAfterADay(t *testing.T) {
	t.Parallel()
	s := serveText(t, text)
	c := newClient(t)
	old, recent := filepath.Join(c.Dir, "tmp", "get-1"), filepath.Join(c.Dir, "tmp", "get-2")
	require.NoError(t, os.MkdirAll(old, 0o755))
	require.NoError(t, os.MkdirAll(recent, 0o755))
	yesterday := time.Now().Add(-25 * time.Hour)
	require.NoError(t, os.Chtimes(old, yesterday, yesterday))
	_, err := c.Fetch(t.Context(), pinAt(s.URL+"/a.zip"), nil)
	require.NoError(t, err)
	require.NoDirExists(t, old)
	require.DirExists(t, recent, "another process may be at it")
}
