package toolchain_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

func TestVersionIsReadFromWhatProgramsPrint(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"cmake version 3.31.6\n\nCMake suite maintained by Kitware": "3.31.6",
		"cmake version 4.0.0-rc2":                                   "4.0.0-rc2",
		"1.11.1.git.kitware.jobserver-1":                            "1.11.1.git.kitware.jobserver-1",
		"libprotoc 3.21.12":                                         "3.21.12",
		"GNU patch 2.7.6":                                           "2.7.6",
		"patch 2.0-12u11-Apple":                                     "2.0-12u11-Apple",
		"ccache version 4.7.5\nFeatures: file-stor":                 "4.7.5",
		"sccache 0.4.0-pre.6":                                       "0.4.0-pre.6",
		"GNU ar (GNU Binutils for Debian) 2.40":                     "2.40",
		"1.8.1":                                                     "1.8.1",
		"no version here, only 7":                                   "",
		"":                                                          "",
	} {
		require.Equal(t, want, toolchain.ParseVersion(text), text)
	}
}

const gnu = "\nCopyright (C) 2022 Free Software Foundation, Inc.\n"

func TestCompilersAreToldApart(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"g++ (Debian 12.2.0-14+deb12u1) 12.2.0" + gnu:                        {"12.2.0", "gcc"},
		"gcc (GCC) 11.5.0 20240719 (Red Hat 11.5.0-5)" + gnu:                 {"11.5.0", "gcc"},
		"g++-12 (Ubuntu 12.3.0-1ubuntu1~22.04) 12.3.0" + gnu:                 {"12.3.0", "gcc"},
		"x86_64-conda-linux-gnu-c++ (conda-forge gcc 13.3.0-1) 13.3.0" + gnu: {"13.3.0", "gcc"},
		"gcc (crosstool-NG (a 1.2) 1.25.0) 9.5.0" + gnu:                      {"9.5.0", "gcc"},
		"Debian clang version 14.0.6\nTarget: x86_64-pc-linux-gnu":           {"14.0.6", "clang"},
		"clang version 18.1.3 (1ubuntu1)\nTarget: x86_64-pc-linux-gnu":       {"18.1.3", "clang"},
		"Apple clang version 15.0.0 (clang-1500.3.9.4)\nTarget: arm64-apple": {"15.0.0", "clang"},
		"icpx (Intel oneAPI DPC++/C++ Compiler 2024.1) 2024.1.0\nCopyright":  {"2024.1.0", ""},
		"what is this": {"", ""},
	} {
		version, family := toolchain.ParseCompiler(text)
		require.Equal(t, want, [2]string{version, family}, text)
	}
}

func TestVersionsAreOrderedByTheirNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"3.28", "3.28.0", 0},
		{"3.9", "3.28", -1},
		{"3.31.6", "3.28", 1},
		{"4.0.0-rc2", "4", 0},
		{"1.11.1.git.kitware.jobserver-1", "1.10", 1},
		{"11.0.9", "11.1", -1},
		{"99999999999999999999.1", "2.1", 1},
		{"", "1", -1},
		{"2.007", "2.7", 0},
	} {
		require.Equal(t, c.want, sign(toolchain.CompareVersions(c.a, c.b)), "%s against %s", c.a, c.b)
		require.Equal(t, -c.want, sign(toolchain.CompareVersions(c.b, c.a)), "%s against %s", c.b, c.a)
	}
}

func sign(n int) int { return min(max(n, -1), 1) }

func FuzzVersion(f *testing.F) {
	f.Add("g++ (Debian 12.2.0-14+deb12u1) 12.2.0"+gnu, "3.28")
	f.Add("clang version 18.1.3 (1ubuntu1)", "99999999999999999999.1")
	f.Add(")((", "1..2")
	f.Fuzz(func(t *testing.T, text, other string) {
		version := toolchain.ParseVersion(text)
		require.Contains(t, text, version)
		require.Equal(t, version, toolchain.ParseVersion(version), "what was read reads as itself")
		_, family := toolchain.ParseCompiler(text)
		require.Contains(t, []string{"", "gcc", "clang"}, family)
		require.Zero(t, toolchain.CompareVersions(text, text))
		require.Equal(t, sign(toolchain.CompareVersions(text, other)), -sign(toolchain.CompareVersions(other, text)))
	})
}

func TestSiblingKeepsWhatStandsAroundTheName(t *testing.T) {
	t.Parallel()
	for c, cxx := range map[string]string{
		"gcc": "g++", "cc": "c++", "clang": "clang++", "clang-14": "clang++-14",
		"aarch64-linux-gnu-gcc-12": "aarch64-linux-gnu-g++-12",
		"/opt/gcc-13/bin/gcc":      "/opt/gcc-13/bin/g++",
	} {
		require.Equal(t, cxx, toolchain.Sibling(c, 0, 1))
		require.Equal(t, c, toolchain.Sibling(cxx, 1, 0))
	}
	require.Equal(t, "c++", toolchain.Sibling("tool", 0, 1))
}

func TestFamilyComesFromOSRelease(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"ID=debian\nVERSION_CODENAME=bookworm\n":                               "debian bookworm",
		"PRETTY_NAME=\"x\"\nID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble": "debian noble",
		"ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n":                            "debian ",
		"ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n":                       "fedora ",
		"ID=alpine\n": "alpine ",
		"ID=\"opensuse-leap\"\nID_LIKE='suse opensuse'": "suse ",
		"ID=nixos\n": " ",
		"":           " ",
	} {
		family, release, debian := toolchain.ParseOSRelease(text)
		require.Equal(t, want, strings.Join([]string{family, release}, " "), text)
		require.Equal(t, want == "debian bookworm", debian, text)
	}
}
