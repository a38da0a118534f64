//go:build linux

package command_test

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// server is the network of one script. Files in its folder, which hold the start of an address, make it misbehave:
//
//	missing    answers 404
//	wrong      sends another file of the same size
//	truncated  breaks off in the middle
//	held       stops in the middle, for as long as the file is there
//
// Its folder also has a log, one line a request, and its certificate.
type server struct {
	*httptest.Server
	folder string
	files  map[string][]byte

	mu sync.Mutex // guards the log
}

func newServer(folder string, files map[string][]byte) (*server, error) {
	s := &server{folder: folder, files: files}
	s.Server = httptest.NewTLSServer(s)
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	return s, os.WriteFile(filepath.Join(folder, "cert.pem"), certificate, 0o600)
}

// stop makes the network go away.
func (s *server) stop() {
	s.CloseClientConnections()
	s.Close()
}

func (s *server) log(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	file, err := os.OpenFile(filepath.Join(s.folder, "log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return // the script is over
	}
	defer file.Close()
	fmt.Fprintln(file, line)
}

// does tells whether the address is to be treated so.
func (s *server) does(what, address string) bool {
	text, err := os.ReadFile(filepath.Join(s.folder, what))
	start := strings.TrimSpace(string(text))
	return err == nil && start != "" && strings.HasPrefix(address, start)
}

// content returns a file by its address, or by its name as a mirror has it: /mirror/onnx-v1.0.tar.gz.
func (s *server) content(address string) ([]byte, bool) {
	if name, ok := strings.CutPrefix(address, "/mirror/"); ok {
		folder, file, _ := strings.Cut(name, "-")
		address = path.Join("/", folder, file)
	}
	content, ok := s.files[address]
	return content, ok
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.log(r.Method + " " + r.URL.Path)
	content, ok := s.content(r.URL.Path)
	if !ok || s.does("missing", r.URL.Path) {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method == http.MethodHead {
		return
	}
	if s.does("wrong", r.URL.Path) {
		content = make([]byte, len(content))
	}
	half := len(content) / 2
	_, _ = w.Write(content[:half])
	_ = http.NewResponseController(w).Flush()
	if s.does("truncated", r.URL.Path) {
		panic(http.ErrAbortHandler)
	}
	if s.does("held", r.URL.Path) {
		s.log("holding " + r.URL.Path)
	}
	for s.does("held", r.URL.Path) {
		if r.Context().Err() != nil {
			panic(http.ErrAbortHandler) // whoever has hung up must not get the rest while the connection is closing
		}
		time.Sleep(10 * time.Millisecond)
	}
	_, _ = w.Write(content[half:])
}
