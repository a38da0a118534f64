package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/pypi"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
)

// place is one address that may have a file, or the reason why there is none.
type place struct {
	url   string     // http, https
	file  string     // path; instead of url
	wheel *pypi.File // in the index of Python packages; instead of url
	proxy string     // for url; empty: as the machine's environment says
	what  string     // what stands for the address in a message, where there is no address
	err   error      // why there is no address
}

// String returns the address as it may be shown: without a password.
func (p place) String() string {
	switch {
	case p.what != "":
		return p.what
	case p.file != "":
		return p.file
	case p.wheel != nil:
		return "Python package " + p.wheel.Requirement
	}
	u, err := url.Parse(p.url)
	if err != nil {
		return p.url
	}
	return u.Redacted()
}

// host returns the host of an address, or nothing for a file.
func (p place) host() string {
	u, err := url.Parse(p.url)
	if err != nil {
		return ""
	}
	return u.Host
}

// places returns where the pin's file may be, in the order to try.
func (c *Client) places(ctx context.Context, pin release.Pin) ([]place, error) {
	places, err := c.mirrorPlaces(pin)
	if err != nil {
		return nil, err
	}
	if c.Offline {
		if len(places) == 0 || places[0].url != "" {
			return nil, MissingError([]release.Pin{pin})
		}
		return places, nil
	}
	for _, u := range pin.URLs {
		places = append(places, place{url: u})
	}
	if pin.PyPI != "" && c.PyPI != nil {
		places = append(places, place{wheel: &pypi.File{Requirement: pin.PyPI, SHA256: pin.SHA256, Name: pin.File()}})
	}
	return append(places, c.debianPlaces(ctx, pin)...), nil
}

// mirrorPlaces returns the addresses in the mirror that the user named: by name, by digest, and by Debian path, so that
// a folder made by [Client.Vendor], a content store and a Debian mirror all serve.
func (c *Client) mirrorPlaces(pin release.Pin) ([]place, error) {
	if c.Mirror == "" {
		return nil, nil
	}
	names := []string{pin.File()}
	if !pin.SHA256.IsZero() {
		names = append(names, pin.SHA256.Hex())
	}
	if pin.Debian != "" {
		names = append(names, pin.Debian)
	}
	folder, isFolder, err := parseMirror(c.Mirror)
	if err != nil {
		return nil, err
	}
	var places []place
	for _, name := range names {
		if !isFolder {
			places = append(places, place{url: strings.TrimRight(c.Mirror, "/") + "/" + escape(name)})
			continue
		}
		file := filepath.Join(folder, filepath.FromSlash(name))
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			places = append(places, place{file: file})
		}
	}
	if len(places) == 0 {
		err := errors.New("it has no such file")
		if _, statErr := os.Stat(folder); statErr != nil {
			err = statErr
		}
		places = append(places, place{what: "ORT_MIRROR=" + c.Mirror, err: err})
	}
	return places, nil
}

// parseMirror tells a folder from a URL prefix.
func parseMirror(mirror string) (folder string, isFolder bool, err error) {
	u, err := url.Parse(mirror)
	switch {
	case !strings.Contains(mirror, "://"):
		folder, err = filepath.Abs(mirror)
		return folder, true, err
	case err == nil && u.Scheme == "file" && u.Host == "":
		return filepath.FromSlash(u.Path), true, nil
	case err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.RawQuery == "" && u.Fragment == "":
		return "", false, nil
	}
	return "", false, &fault.Error{
		Op: "use the mirror", On: fmt.Sprintf("ORT_MIRROR=%q", mirror), Err: errors.New("it is no address of files"),
		Hint: "set ORT_MIRROR to a folder, or to a prefix that starts with https:// or http://",
	}
}

func (c *Client) debianPlaces(ctx context.Context, pin release.Pin) []place {
	if pin.Debian == "" || c.Debian == nil {
		return nil
	}
	archive, err := c.debianArchive(ctx)
	if err != nil {
		return []place{{what: "Debian mirror", err: err}}
	}
	var places []place
	for _, u := range archive.URLs(escape(pin.Debian)) {
		p := place{url: u}
		if strings.HasPrefix(u, "http://") {
			p.proxy = archive.Proxy
		}
		places = append(places, p)
	}
	return places
}

// debianArchive asks once for all pins: it starts programs.
func (c *Client) debianArchive(ctx context.Context) (debian.Archive, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.debian != nil {
		return *c.debian, nil
	}
	archive, err := c.Debian(ctx)
	if err != nil {
		return debian.Archive{}, err
	}
	c.debian = &archive
	return archive, nil
}

// escape makes a slash path fit for a URL. A plus sign stays: it is no space in a path, and mirrors know it unescaped.
func escape(slashPath string) string {
	return (&url.URL{Path: path.Clean(slashPath)}).EscapedPath()
}
