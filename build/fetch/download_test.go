package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/fetch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

func TestEveryPlaceSaysWhyItFailed(t *testing.T) {
	t.Parallel()
	missing := serve(t, http.NotFound)
	truncated := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(text)))
		fmt.Fprint(w, text[:10])
	})
	gone := serveText(t, text)
	gone.Close()
	c := newClient(t)
	c.Debian = func(context.Context) (debian.Archive, error) { return debian.Archive{}, debian.ErrNoApt }
	pin := pinAt(missing.URL+"/a.zip", truncated.URL+"/a.zip", gone.URL+"/a.zip", gone.URL+"/b.zip")
	pin.Debian = "pool/main/o/onnx/a.zip"
	_, err := c.Fetch(t.Context(), pin, nil)
	f := requireFault(t, err)
	require.Contains(t, f.Hint, "put a.zip into a folder and set ORT_MIRROR to it")
	lines := strings.Split(err.Error(), "\n")
	require.Equal(t, "fetch onnx (a.zip): no place gave it", lines[0])
	require.Equal(t, "  "+missing.URL+"/a.zip: the server answers 404 Not Found", lines[1])
	require.Equal(t, "  "+truncated.URL+"/a.zip: the connection broke off after 10 bytes of the file: unexpected EOF",
		lines[2])
	require.Contains(t, lines[3], gone.URL+"/a.zip: dial tcp")
	require.Equal(t, "  Debian mirror: "+debian.ErrNoApt.Error(), lines[4], "a host that cannot be reached is tried once")
	require.ErrorIs(t, err, debian.ErrNoApt)
	var status *fetch.StatusError
	require.ErrorAs(t, err, &status)
	requireNothingLeft(t, c)
}

func TestServerThatStallsIsGivenUp(t *testing.T) {
	t.Parallel()
	for name, head := range map[string]string{"before the first byte": "", "in the middle": text[:7]} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if head != "" {
					fmt.Fprint(w, head)
					w.(http.Flusher).Flush()
				}
				<-r.Context().Done()
			})
			c := newClient(t)
			c.Stall = 200 * time.Millisecond
			_, err := c.Fetch(t.Context(), pinAt(s.URL+"/a.zip"), nil)
			_ = requireFault(t, err)
			require.ErrorContains(t, err, fmt.Sprintf("the server sends nothing: nothing for 200ms after %d bytes", len(head)))
			requireNothingLeft(t, c)
		})
	}
}

func TestSlowServerIsNoStall(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for _, b := range []byte(text) {
			_, _ = w.Write([]byte{b})
			w.(http.Flusher).Flush()
			time.Sleep(20 * time.Millisecond)
		}
	})
	c := newClient(t)
	c.Stall = 400 * time.Millisecond // less than the whole takes
	_, err := c.Fetch(t.Context(), pinAt(s.URL+"/a.zip"), nil)
	require.NoError(t, err)
}

func TestOverloadedServerIsAskedAgain(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 1 {
			http.Error(w, "busy", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, text)
	})
	_, err := newClient(t).Fetch(t.Context(), pinAt(s.URL+"/a.zip"), nil)
	require.NoError(t, err)
	require.EqualValues(t, 2, asked.Load())
}

func TestRedirectMayNotLeaveTLS(t *testing.T) {
	t.Parallel()
	plain := serveText(t, text)
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved.zip" {
			http.Redirect(w, r, "/a.zip", http.StatusFound)
			return
		}
		if r.URL.Path == "/plain.zip" {
			http.Redirect(w, r, plain.URL+"/a.zip", http.StatusFound)
			return
		}
		fmt.Fprint(w, text)
	}))
	t.Cleanup(secure.Close)
	c := newClient(t)
	c.Transport = secure.Client().Transport
	_, err := c.Fetch(t.Context(), pinAt(secure.URL+"/plain.zip"), nil)
	_ = requireFault(t, err)
	require.ErrorContains(t, err, "the server redirects from https to http: "+plain.URL+"/a.zip")
	require.Zero(t, plain.requests.Load())

	_, err = c.Fetch(t.Context(), pinAt(secure.URL+"/moved.zip"), nil)
	require.NoError(t, err)
}

func TestSecondAddressInAHeaderIsNotFollowed(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Terraform-Get", "/etc/hostname")
		fmt.Fprint(w, text)
	})
	file, err := newClient(t).Fetch(t.Context(), pinAt(s.URL+"/a.tar.gz"), nil)
	require.NoError(t, err)
	data, err := os.ReadFile(file.Path)
	require.NoError(t, err)
	require.Equal(t, text, string(data))
}

// Some servers say of every .gz file that it is "encoded"; unpacking it on the way would change its digest.
func TestEncodedFileComesAsItIs(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	})
	c := newClient(t)
	c.Transport = nil // the real one
	pin := release.Pin{Name: "onnx", SHA256: digest.OfBytes(packed.Bytes()), URLs: []string{s.URL + "/a.tar.gz"}}
	_, err = c.Fetch(t.Context(), pin, nil)
	require.NoError(t, err)
	c.CloseIdleConnections()
}
