package toolchain

import (
	"slices"
	"strings"
)

// installers are the commands that install packages, by family.
var installers = map[string]string{
	"debian": "apt-get install",
	"fedora": "dnf install",
	"alpine": "apk add",
	"arch":   "pacman -S",
	"suse":   "zypper install",
	"brew":   "brew install",
}

// packageNames are the packages that have a tool, by family; a tool that is not named has a package of its own name.
// CC and CXX have one package where the C++ compiler brings the C one, as it does everywhere.
var packageNames = map[string]map[string]string{
	"debian": {
		CC: "g++", CXX: "g++", AR: "binutils", Ninja: "ninja-build", Protoc: "protobuf-compiler",
		"aarch64-linux-gnu-gcc": "g++-aarch64-linux-gnu", "x86_64-linux-gnu-gcc": "g++-x86-64-linux-gnu",
		Emulator: "qemu-user-static",
	},
	"fedora": {
		CC: "gcc-c++", CXX: "gcc-c++", AR: "binutils", Ninja: "ninja-build", Protoc: "protobuf-compiler",
		PkgConfig: "pkgconf-pkg-config", Emulator: "qemu-user-static",
	},
	"alpine": {
		CC: "g++", CXX: "g++", AR: "binutils", Protoc: "protobuf", PkgConfig: "pkgconf", Emulator: "qemu-aarch64",
	},
	"arch": {
		CC: "gcc", CXX: "gcc", AR: "binutils", Protoc: "protobuf", PkgConfig: "pkgconf", Python: "python",
		Emulator: "qemu-user-static",
	},
	"suse": {CC: "gcc-c++", CXX: "gcc-c++", AR: "binutils", Protoc: "protobuf-devel", Emulator: "qemu-linux-user"},
	"brew": {Protoc: "protobuf@21", PkgConfig: "pkgconf", Patch: "gpatch", Python: "python"},
}

// oldReleases are releases of Debian whose cmake is too old, while that of their backports is not.
var oldReleases = []string{"bookworm"}

// packageName returns the package of a tool.
func packageName(family, tool string) string {
	if tool == LD || tool == Objcopy {
		tool = "binutils"
	}
	if name := packageNames[family][tool]; name != "" {
		return name
	}
	return tool
}

// install returns the command that installs tools.
func (h Host) install(tools []string) string {
	if slices.Contains(tools, Zig) { // no distribution has the pinned one
		advice := "see whether pip reaches its index, or let ORT_MIRROR name a folder made by the target vendor"
		others := slices.DeleteFunc(slices.Clone(tools), func(name string) bool { return name == Zig })
		if len(others) == 0 {
			return advice
		}
		return h.install(others) + "; for zig, " + advice
	}
	command, ok := installers[h.Family]
	if !ok {
		return "install " + strings.Join(tools, ", ") + " with your system's package manager"
	}
	var commands, packages []string
	for _, tool := range tools {
		if h.Family == "brew" && slices.Contains([]string{CC, CXX, AR, Libtool}, tool) {
			commands = append(commands, "xcode-select --install")
			continue
		}
		name := packageName(h.Family, tool)
		if tool == CMake && h.Family == "debian" && slices.Contains(oldReleases, h.Release) {
			name += "/" + h.Release + "-backports"
		}
		packages = append(packages, name)
	}
	slices.Sort(packages)
	if packages = slices.Compact(packages); len(packages) > 0 {
		commands = append(commands, command+" "+strings.Join(packages, " "))
	}
	return strings.Join(slices.Compact(commands), " && ")
}
