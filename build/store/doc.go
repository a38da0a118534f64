// Package store keeps finished folders, named by what they were made from.
//
// An entry is found by its [Key]: a text that states everything that matters for the result, one fact a line. The text
// stays beside the entry, so that [Explain] can say why something is made again:
//
//	s, err := store.Open(root, store.Options{})
//	key, err := store.NewKey(1, []store.Fact{{"input", "onnxruntime", "sha256:…"}, {"option", "UNITY", "ON"}})
//	release, err := s.Lock(ctx, "cpu", "build 1.21.0", onWait) // of two builds at once, one works
//	defer release()
//	entry, found, err := s.Get(ctx, key)
//	if !found {
//		entry, err = s.Put(ctx, key, labels, func(dir string) error { return installInto(dir) })
//	}
//	use(entry.Dir)
//
// # On disk
//
//	entries/ID/out/      the folder, its files read-only
//	entries/ID/key       the text of the key; ID is the start of its SHA-256
//	entries/ID/contents  what is in out/, a line each, with digests
//	entries/ID/complete  the marker, written last: digest of contents, date, labels; its own time is the last use
//	aliases/NAME         the ID that a name stands for
//	damaged/ID-N         entries that were not whole any more, until GC
//	locks/NAME           who works on NAME
//	tmp/X                work under way, or left by a killed process: its lock file tells which
//	guard                held for the short time in which entries come or go
//
// # What is promised
//
// An entry is made in tmp/, written through to the disk and then renamed, so a process that is killed leaves a whole
// entry or none. Every [Store.Get] reads every byte and compares it with the listing; times and sizes alone are not
// trusted. Large files are digested in pieces of 8 MiB on all cores, which keeps this cheap: 88 MiB and 300 small files
// cost 0.09 s of processor time with SHA instructions, 0.23 s with AVX2 alone and 0.44 s with neither, shared by the
// cores (BenchmarkGet88MB). What does not match is a miss, is reported with wanted and got, and is moved to damaged/.
package store
