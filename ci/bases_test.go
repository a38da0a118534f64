package ci

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// fakes of what ci/bases calls: apt names a mirror, debootstrap makes a folder, the engine notes its words and the files
// that it is given.
var basesFakes = map[string]string{
	"apt-get": `#!/bin/sh
echo "'http://mirror.example/debian-security/dists/stable-security/main/binary-amd64/Packages.xz' x"
echo "'http://mirror.example/debian/dists/stable/main/source/Sources.xz' x"
echo "'http://mirror.example/debian/dists/stable/main/binary-amd64/Packages.xz' x"
`,
	"debootstrap": `#!/bin/sh
echo "debootstrap $*" >>"$CALLS"
[ "$3" != broken ] || { echo "E: no such suite"; exit 1; }
mkdir -p "$4/var/cache/apt/archives" "$4/var/lib/apt/lists" "$4/etc"
echo made >"$4/etc/made"
`,
	"podman": `#!/bin/sh
echo "podman $*" >>"$CALLS"
tar -t | grep -e made -e expired >>"$CALLS"
`,
}

// bases runs ci/bases and returns what it called and what it printed.
func bases(t *testing.T, work string, args ...string) (calls, printed string, err error) {
	t.Helper()
	_, err = os.ReadFile("bases") // so that go test knows that its result hangs on it
	require.NoError(t, err)
	bin := t.TempDir()
	for name, text := range basesFakes {
		require.NoError(t, os.WriteFile(filepath.Join(bin, name), []byte(text), 0o755))
	}
	note := filepath.Join(bin, "calls")
	require.NoError(t, os.WriteFile(note, nil, 0o600))
	cmd := exec.CommandContext(t.Context(), "bash", append([]string{"bases", "--work", work}, args...)...)
	cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "CALLS="+note)
	out, err := cmd.CombinedOutput()
	text, readErr := os.ReadFile(note)
	require.NoError(t, readErr)
	return string(text), string(out), err
}

func TestBasesAreMadeFromTheMirrorOfApt(t *testing.T) {
	t.Parallel()
	work := t.TempDir()
	calls, out, err := bases(t, work, "--engine", "podman", "bullseye", "later")
	require.NoError(t, err, out)
	const options = "debootstrap --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg "
	script := "" // of a suite that debootstrap has none for
	if _, err := os.Stat("/usr/share/debootstrap/scripts/bullseye"); err != nil {
		script = " sid"
	}
	const mirror = " http://mirror.example/debian"
	require.Equal(t, options+"bullseye "+filepath.Join(work, "bullseye")+mirror+script+"\n"+
		"podman import - localhost/debian:bullseye\n./etc/made\n"+
		options+"later "+filepath.Join(work, "later")+mirror+" sid\n"+
		"podman import - localhost/debian:later\n./etc/made\n", calls)
	require.Contains(t, out, "bases: localhost/debian:bullseye")

	calls, out, err = bases(t, work, "--engine", "podman", "--expired", "later")
	require.NoError(t, err, out)
	require.NotContains(t, calls, "debootstrap", "it is there already")
	require.Contains(t, calls, "./etc/apt/apt.conf.d/90expired\n")
	calls, out, err = bases(t, work, "--engine", "podman", "later")
	require.NoError(t, err, out)
	require.NotContains(t, calls, "90expired", "only where it is asked for")
}

func TestBasesThatCannotBeMadeAreTold(t *testing.T) {
	t.Parallel()
	work := t.TempDir()
	_, out, err := bases(t, work, "--engine", "podman", "broken")
	require.Error(t, err)
	require.Contains(t, out, "bases: debootstrap broken failed: E: no such suite")
	require.NoFileExists(t, filepath.Join(work, "broken.done"))
	for _, args := range [][]string{{}, {"--enginge", "podman", "x"}, {"--engine"}, {"--engine", "rkt", "x"}} {
		_, out, err := bases(t, work, args...)
		require.Error(t, err, "%v", args)
		require.Contains(t, out, "bases: ", "%v", args)
	}
}
