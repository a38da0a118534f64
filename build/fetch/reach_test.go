package fetch_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReachAsksWithoutDownloading(t *testing.T) {
	t.Parallel()
	var methods []string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		methods = append(methods, r.Method)
		if r.URL.Path != "/a.zip" {
			http.NotFound(w, r)
		}
	})
	c := newClient(t)
	require.NoError(t, c.Reach(t.Context(), pinAt(s.URL+"/b.zip", s.URL+"/a.zip")))
	require.Equal(t, []string{http.MethodHead, http.MethodHead}, methods)
	require.NoDirExists(t, c.Dir)

	err := c.Reach(t.Context(), pinAt(s.URL+"/b.zip"))
	require.ErrorContains(t, err, s.URL+"/b.zip: the server answers 404")
	c.Offline = true
	require.Error(t, c.Reach(t.Context(), pinAt(s.URL+"/a.zip")))
	require.Len(t, methods, 3)
}

func TestReachIsContentWithAFileThatIsHere(t *testing.T) {
	t.Parallel()
	s := serveText(t, text)
	c := newClient(t)
	_, err := c.Fetch(t.Context(), pinAt(s.URL+"/a.zip"), nil)
	require.NoError(t, err)
	s.Close()
	require.NoError(t, c.Reach(t.Context(), pinAt(s.URL+"/a.zip")))
}
