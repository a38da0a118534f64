package cmake

import (
	"bufio"
	"bytes"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// JobMemory is what one job may need, in bytes. The heaviest unity file of ONNX Runtime 1.21 (reduction_ops.cc and five
// others, GCC 12) was seen at 1.45 GB.
const JobMemory = 2 << 30

// Jobs returns how many compilers may run at once: as many as there are cores and as fit into the free memory, at least
// one. Memory is in bytes; free memory of 0 is unknown and sets no limit. An override above 0 is the answer.
func Jobs(cores int, freeMemory, budget int64, override int) int {
	if override > 0 {
		return override
	}
	jobs := int64(cores)
	if freeMemory > 0 && budget > 0 {
		jobs = min(jobs, freeMemory/budget)
	}
	return int(max(jobs, 1))
}

// FreeMemory returns how many bytes programs can still use on a Linux machine whose root folder is given: the kernel's
// estimate, or what the control group of this process leaves, whichever is less. It is 0 where nothing tells.
func FreeMemory(root fs.FS) int64 {
	free := int64(0)
	if kilobytes, ok := field(root, "proc/meminfo", "MemAvailable:"); ok {
		free = kilobytes << 10
	}
	for _, g := range memoryGroups(root) {
		if left, ok := g.left(root); ok && (free == 0 || left < free) {
			free = max(left, 1) // 0 would stand for unknown
		}
	}
	return free
}

// TotalMemory returns how many bytes programs can use on a Linux machine whose root folder is given: what it has, or the
// limit of the control group of this process, whichever is less. It is 0 where nothing tells.
func TotalMemory(root fs.FS) int64 {
	total := int64(0)
	if kilobytes, ok := field(root, "proc/meminfo", "MemTotal:"); ok {
		total = kilobytes << 10
	}
	for _, g := range memoryGroups(root) {
		if limit, ok := number(root, path.Join(g.dir, g.limit)); ok && (total == 0 || limit < total) {
			total = limit
		}
	}
	return total
}

// memoryGroup is a folder of the control group file system, with the names that its version has for things.
type memoryGroup struct {
	dir, limit, usage, cache string
}

// memoryGroups returns the control groups of this process, from its own up to the root of each hierarchy. In a
// container the path is often the host's and not to be seen; the container's own group is then at the top.
func memoryGroups(root fs.FS) []memoryGroup {
	text, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return nil
	}
	var groups []memoryGroup
	for line := range strings.Lines(string(text)) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3) // "0::/user.slice", "9:memory:/user.slice"
		if len(fields) != 3 {
			continue
		}
		g := memoryGroup{"sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"}
		if fields[1] != "" {
			if !strings.Contains(","+fields[1]+",", ",memory,") {
				continue
			}
			g = memoryGroup{
				"sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file",
			}
		}
		for name := path.Clean("/" + fields[2]); ; name = path.Dir(name) {
			level := g
			level.dir = path.Join(g.dir, name)
			groups = append(groups, level)
			if name == "/" {
				break
			}
		}
	}
	return groups
}

// left returns how much of the group's limit is not used. File contents that the kernel would drop first count as free.
func (g memoryGroup) left(root fs.FS) (int64, bool) {
	limit, ok := number(root, path.Join(g.dir, g.limit))
	if !ok {
		return 0, false
	}
	used, ok := number(root, path.Join(g.dir, g.usage))
	if !ok {
		return 0, false
	}
	cached, _ := field(root, path.Join(g.dir, "memory.stat"), g.cache)
	return limit - max(used-cached, 0), true
}

// number reads a file that holds one number; "max" is none.
func number(root fs.FS, name string) (int64, bool) {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return n, err == nil && n >= 0
}

// field reads the number after a word at the start of a line.
func field(root fs.FS, name, word string) (int64, bool) {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return 0, false
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		if words := strings.Fields(lines.Text()); len(words) > 1 && words[0] == word {
			n, err := strconv.ParseInt(words[1], 10, 53)
			return n, err == nil && n >= 0
		}
	}
	return 0, false
}
