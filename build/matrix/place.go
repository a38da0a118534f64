package matrix

import (
	"cmp"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
)

// Where a row finds things.
const (
	sources      = "/src"
	cache        = "/cache" // all that outlives the row: its store, downloads, tools, compiler cache, Go's caches
	goRoot       = "/usr/local/go"
	modules      = "/go/mod"
	certsInside  = "/certificates.pem"
	mirrorInside = "/mirror"
)

// trusting are the variables by which Go, curl, Python, pip and npm are told which certificates to trust.
var trusting = []string{"SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "NODE_EXTRA_CA_CERTS"}

// gigabyte is the unit of a row's memory.
const gigabyte = 1 << 30

// folder is the folder of a row on the host. Rows share downloads, which are verified files, and nothing else: what is
// provided or compiled for one system is wrong for another.
func (h Host) folder(r Row) string { return filepath.Join(h.Home, "matrix", r.Name) }

// downloads is the folder of verified files, which the host's own builds use too.
func (h Host) downloads() string { return filepath.Join(h.Home, "downloads") }

// container says what a row's steps see. The copy of the sources is its own: a target of mage writes files beside the
// magefile, where those of another row would be in its way.
func (h Host) container(r Row, name, image, copied string) Container {
	c := Container{
		Name: name, Image: image, Dir: sources, User: h.User, Environment: h.Environment(r), Inherited: h.inherited(r),
		Mounts: []Mount{
			{Host: copied, Inside: sources},
			{Host: h.folder(r), Inside: cache},
			{Host: h.downloads(), Inside: cache + "/builder/downloads"},
			{Host: h.Go, Inside: goRoot, ReadOnly: true},
			{Host: h.Modules, Inside: modules, ReadOnly: true},
		},
	}
	if h.Certificates != "" {
		c.Mounts = append(c.Mounts, Mount{Host: h.Certificates, Inside: certsInside, ReadOnly: true})
	}
	if filepath.IsAbs(h.Mirror) {
		c.Mounts = append(c.Mounts, Mount{Host: h.Mirror, Inside: mirrorInside, ReadOnly: true})
	}
	return c
}

// Environment is what a row's steps see beside what its image sets.
func (h Host) Environment(r Row) []string {
	values := map[string]string{
		"HOME": cache + "/home", "ORT_HOME": cache + "/builder", "CCACHE_DIR": cache + "/ccache",
		"GOCACHE": cache + "/go/build", "MAGEFILE_CACHE": cache + "/go/mage", "GOMODCACHE": modules,
		"GOTOOLCHAIN": "local", "GOPROXY": "off", // Go and its modules are the host's
		"ORT_VERSION": cmp.Or(h.Version, r.Release),
		"ORT_JOBS":    strconv.Itoa(cmake.Jobs(h.Cores, int64(r.Memory)*gigabyte, cmake.JobMemory, h.Jobs)),
	}
	if r.Target != "" {
		values["ORT_TARGET"] = r.Target
	}
	if len(r.Providers) > 0 {
		values["ORT_PROVIDERS"] = strings.Join(r.Providers, ",")
	}
	if h.Offline {
		values["ORT_OFFLINE"] = "1"
	}
	if h.Mirror != "" {
		values["ORT_MIRROR"] = h.Mirror
	}
	if filepath.IsAbs(h.Mirror) {
		values["ORT_MIRROR"] = mirrorInside
	}
	if h.Certificates != "" {
		for _, name := range trusting {
			values[name] = certsInside
		}
	}
	maps.Copy(values, r.Environment)
	return entries(values)
}

// inherited is what a row's steps see of the host's own variables.
func (h Host) inherited(r Row) []string {
	values := map[string]string{}
	for _, entry := range h.Programs {
		name, value, _ := strings.Cut(entry, "=")
		_, set := r.Environment[name]
		certificates := h.Certificates != "" && slices.Contains(trusting, name)
		if passedOn(name) && !path.IsAbs(value) && !set && !certificates { // a path here is none there
			values[name] = value
		}
	}
	return entries(values)
}

// entries returns variables as "NAME=value", sorted.
func entries(values map[string]string) (list []string) {
	for name, value := range values {
		list = append(list, name+"="+value)
	}
	slices.Sort(list)
	return list
}

// passedOn tells whether a variable of the host says how to reach the network: proxies, and where pip and npm look.
func passedOn(name string) bool {
	return strings.HasSuffix(strings.ToLower(name), "_proxy") ||
		strings.HasPrefix(name, "PIP_") || strings.HasPrefix(name, "npm_config_")
}
