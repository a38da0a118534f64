package fetch_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/fetch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

const pool = "pool/main/o/onnx/onnx_1.17.0+dfsg.orig.tar.gz"

// A Debian mirror, a folder made by Vendor and a store by digest all serve as ORT_MIRROR.
func TestMirrorIsAskedFirstByEveryName(t *testing.T) {
	t.Parallel()
	upstream := serveText(t, text)
	for _, name := range []string{"onnx_1.17.0+dfsg.orig.tar.gz", sum.Hex(), pool} {
		folder := filepath.Join(t.TempDir(), "usb #1 100%")
		path := filepath.Join(folder, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		pin := pinAt(upstream.URL + "/v1.17.0.tar.gz")
		pin.Debian = pool

		c := newClient(t)
		c.Mirror = folder
		file, err := c.Fetch(t.Context(), pin, nil)
		require.NoError(t, err, name)
		require.Equal(t, path, file.From)
		info, err := os.Lstat(file.Path)
		require.NoError(t, err)
		require.True(t, info.Mode().IsRegular(), "a copy, not a link")

		s := httptest.NewServer(http.FileServer(http.Dir(folder)))
		t.Cleanup(s.Close)
		c = newClient(t)
		c.Mirror = s.URL + "/"
		file, err = c.Fetch(t.Context(), pin, nil)
		require.NoError(t, err, name)
		require.Equal(t, s.URL+"/"+name, file.From)
	}
	require.Zero(t, upstream.requests.Load())
}

func TestMirrorWithoutTheFileIsPassedOver(t *testing.T) {
	t.Parallel()
	upstream, empty := serveText(t, text), serve(t, http.NotFound)
	wrong := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(wrong, "onnx-a.zip"), []byte("another"), 0o600))
	for _, mirror := range []string{t.TempDir(), filepath.Join(t.TempDir(), "none"), wrong, empty.URL} {
		c := newClient(t)
		c.Mirror = mirror
		file, err := c.Fetch(t.Context(), pinAt(upstream.URL+"/a.zip"), nil)
		require.NoError(t, err, mirror)
		require.Equal(t, upstream.URL+"/a.zip", file.From)

		_, err = newClientAt(t, mirror).Fetch(t.Context(), pinAt(), nil)
		require.ErrorContains(t, err, mirror, "the failure names the mirror")
	}
	require.FileExists(t, filepath.Join(wrong, "onnx-a.zip"))
}

func digestOf(text string) digest.Digest { return digest.OfBytes([]byte(text)) }

func newClientAt(t *testing.T, mirror string) *fetch.Client {
	t.Helper()
	c := newClient(t)
	c.Mirror = mirror
	return c
}

func TestMirrorThatIsNoAddressIsRefused(t *testing.T) {
	t.Parallel()
	for _, mirror := range []string{
		"ftp://example.com/x", "https://", "https://example.com/?x=1", "git::https://example.com",
	} {
		_, err := newClientAt(t, mirror).Fetch(t.Context(), pinAt("https://example.com/a.zip"), nil)
		require.Contains(t, requireFault(t, err).Hint, "https://", mirror)
	}
}

func TestPasswordOfAMirrorIsNotShown(t *testing.T) {
	t.Parallel()
	s := serve(t, http.NotFound)
	mirror := strings.Replace(s.URL, "://", "://me:secret@", 1)
	_, err := newClientAt(t, mirror).Fetch(t.Context(), pinAt(), nil)
	require.ErrorContains(t, err, "404")
	require.NotContains(t, err.Error(), "secret")
}

func TestDebianMirrorIsAskedLastThroughAptsProxy(t *testing.T) {
	t.Parallel()
	var asked []string
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.String())
		fmt.Fprint(w, text)
	})
	upstream := serve(t, http.NotFound)
	c := newClient(t)
	c.Transport = nil // the real one, with its proxies
	questions := 0
	c.Debian = func(context.Context) (debian.Archive, error) {
		questions++
		return debian.Archive{Mirrors: []string{"http://mirror.invalid/debian"}, Proxy: proxy.URL}, nil
	}
	for _, name := range []string{"onnx", "onnx2"} {
		pin := pinAt(upstream.URL + "/v1.zip")
		pin.Name, pin.Debian = name, strings.Replace(pool, "onnx_", name+"_", 1)
		_, err := c.Fetch(t.Context(), pin, nil)
		require.NoError(t, err)
	}
	require.Equal(t, "http://mirror.invalid/debian/"+pool, asked[0])
	require.EqualValues(t, 2, upstream.requests.Load())
	require.Equal(t, 1, questions, "apt is asked once")
	c.CloseIdleConnections()
}

func TestOfflineTouchesNoNetworkAndListsWhatIsMissing(t *testing.T) {
	t.Parallel()
	s := serveText(t, text)
	pin := pinAt(s.URL + "/a.zip")
	pin.Debian = pool
	folder := t.TempDir()
	for _, mirror := range []string{"", s.URL, folder} {
		c := newClientAt(t, mirror)
		c.Offline = true
		c.Debian = func(context.Context) (debian.Archive, error) { panic("a program would be started") }
		_, err := c.Fetch(t.Context(), pin, nil)
		require.ErrorIs(t, err, fetch.ErrOffline)
		require.ErrorContains(t, err, pin.File())
		require.Contains(t, requireFault(t, err).Hint, "ORT_MIRROR")
		require.Equal(t, []release.Pin{pin}, c.Missing([]release.Pin{pin}))
	}
	require.Zero(t, s.requests.Load())

	require.NoError(t, os.WriteFile(filepath.Join(folder, pin.File()), []byte(text), 0o600))
	c := newClientAt(t, folder)
	c.Offline = true
	require.Empty(t, c.Missing([]release.Pin{pin}))
	_, err := c.Fetch(t.Context(), pin, nil)
	require.NoError(t, err)
	c.Mirror = ""
	require.Empty(t, c.Missing([]release.Pin{pin}), "it is there now")

	err = fetch.MissingError([]release.Pin{pin, {Name: "re2", URLs: []string{"https://example.com/re2.zip"}}})
	require.ErrorContains(t, err, pin.File()+", re2.zip")
	require.Contains(t, requireFault(t, err).Hint, "go tool mage vendor DIR")
}

func TestVendorMakesAMirror(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) })
	c := newClient(t)
	onnx, json := pinAt(s.URL+"/a.zip"), pinAt(s.URL+"/a.zip")
	json.Name = "json"
	dir := filepath.Join(t.TempDir(), "usb")
	require.NoError(t, c.Vendor(t.Context(), []release.Pin{onnx}, dir))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "onnx-a.zip"), []byte("damaged"), 0o600))
	require.NoError(t, c.Vendor(t.Context(), []release.Pin{onnx, json}, dir))

	sums, err := os.ReadFile(filepath.Join(dir, "SHA256SUMS"))
	require.NoError(t, err)
	require.Equal(t, sum.Hex()+"  json-a.zip\n"+sum.Hex()+"  onnx-a.zip\n", string(sums))
	offline := newClientAt(t, dir)
	offline.Offline = true
	for _, pin := range []release.Pin{onnx, json} {
		_, err := offline.Fetch(t.Context(), pin, nil)
		require.NoError(t, err)
	}
}

func TestVendorRefusesTwoFilesOfOneName(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.URL.Path) //nolint:gosec // no browser reads it
	})
	pins := []release.Pin{
		{Name: "onnx", SHA256: digestOf("/1/onnx.zip"), URLs: []string{s.URL + "/1/onnx.zip"}},
		{Name: "onnx", SHA256: digestOf("/2/onnx.zip"), URLs: []string{s.URL + "/2/onnx.zip"}},
	}
	err := newClient(t).Vendor(t.Context(), pins, t.TempDir())
	_ = requireFault(t, err)
	require.ErrorContains(t, err, `two pinned files have the name "onnx.zip"`)
}
