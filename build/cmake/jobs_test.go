package cmake_test

import (
	"maps"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
)

const gib = 1 << 30

func TestJobs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cores        int
		free, budget int64
		override     int
		want         int
	}{
		"cores are the limit":   {cores: 2, free: 64 * gib, budget: 2 * gib, want: 2},
		"memory is the limit":   {cores: 64, free: 9 * gib, budget: 2 * gib, want: 4},
		"never none":            {cores: 8, free: gib, budget: 2 * gib, want: 1},
		"memory is unknown":     {cores: 8, free: 0, budget: 2 * gib, want: 8},
		"no cores are seen":     {cores: 0, free: 0, budget: 2 * gib, want: 1},
		"the user knows better": {cores: 2, free: gib, budget: 2 * gib, override: 7, want: 7},
	} {
		require.Equal(t, c.want, cmake.Jobs(c.cores, c.free, c.budget, c.override), name)
	}
}

func root(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestFreeMemory(t *testing.T) {
	t.Parallel()
	const (
		top   = "sys/fs/cgroup/memory."
		above = "sys/fs/cgroup/a/memory."
		stat  = "sys/fs/cgroup/a/b/memory.stat"
	)
	const meminfo = "MemTotal:       16384000 kB\nMemFree:          100000 kB\nMemAvailable:    8388608 kB\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"not Linux":           {nil, 0},
		"no control groups":   {map[string]string{"proc/meminfo": meminfo}, 8 * gib},
		"unlimited (v2)":      {group2("max", "0"), 8 * gib},
		"limited (v2)":        {group2("4294967296", "1073741824"), 3 * gib},
		"more than there is":  {group2("68719476736", "0"), 8 * gib},
		"used up (v2)":        {group2("4294967296", "4294967296"), 1},
		"limited above (v2)":  {with(group2("max", "0"), above+"max", "2147483648", above+"current", "0"), 2 * gib},
		"file cache (v2)":     {with(group2("4294967296", "4294967296"), stat, "anon 1\ninactive_file 1073741824\n"), gib},
		"a container (v2)":    {with(group2("max", "0"), "proc/self/cgroup", "0::/host/path\n", top+"max", "1073741824", top+"current", "0"), gib},
		"unlimited (v1)":      {group1("9223372036854771712", "0"), 8 * gib},
		"limited (v1)":        {group1("4294967296", "1073741824"), 3 * gib},
		"nonsense everywhere": {with(map[string]string{}, "proc/meminfo", "MemAvailable: many kB", "proc/self/cgroup", "x\n::\n0::/../..\n"), 0},
	} {
		files := with(map[string]string{}, "proc/meminfo", meminfo)
		if name == "not Linux" || name == "nonsense everywhere" {
			files = map[string]string{}
		}
		maps.Copy(files, c.files)
		require.Equal(t, c.want, cmake.FreeMemory(root(files)), name)
	}
}

func group2(limit, usage string) map[string]string {
	return map[string]string{
		"proc/self/cgroup":                   "0::/a/b\n",
		"sys/fs/cgroup/a/b/memory.max":       limit + "\n",
		"sys/fs/cgroup/a/b/memory.current":   usage + "\n",
		"sys/fs/cgroup/a/b/cgroup.procs":     "1\n",
		"sys/fs/cgroup/c/memory.max":         "1\n",
		"sys/fs/cgroup/cgroup.subtree_flags": "",
	}
}

func group1(limit, usage string) map[string]string {
	return map[string]string{
		"proc/self/cgroup": "12:cpu,cpuacct:/a\n9:memory:/a\n0::/a\n",
		"sys/fs/cgroup/memory/a/memory.limit_in_bytes": limit + "\n",
		"sys/fs/cgroup/memory/a/memory.usage_in_bytes": usage + "\n",
	}
}

func with(files map[string]string, pairs ...string) map[string]string {
	for pair := range slices.Chunk(pairs, 2) {
		files[pair[0]] = pair[1]
	}
	return files
}

func FuzzFreeMemory(f *testing.F) {
	f.Add("MemAvailable: 8388608 kB", "0::/a/b", "max", "1", "inactive_file 7")
	f.Add("MemAvailable: 99999999999999999999 kB", "9:memory:/a", "12", "-3", "total_inactive_file 7")
	f.Add("", "0::../..", "9223372036854775807", "9223372036854775807", "inactive_file 9223372036854775807")
	f.Fuzz(func(t *testing.T, meminfo, cgroup, limit, usage, stat string) {
		require.GreaterOrEqual(t, cmake.FreeMemory(root(map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": cgroup,
			"sys/fs/cgroup/memory.max": limit, "sys/fs/cgroup/memory.current": usage, "sys/fs/cgroup/memory.stat": stat,
			"sys/fs/cgroup/memory/memory.limit_in_bytes": limit, "sys/fs/cgroup/memory/memory.usage_in_bytes": usage,
		})), int64(0))
	})
}
