// Package unpack reads source archives: tar (plain, or compressed with gzip, xz, bzip2 or zstd), zip, and Debian binary
// packages. The format is told by the content, never by the file's name.
//
//	err := unpack.Archive(ctx, "eigen3_3.4.0.orig.tar.bz2", dest)
//
// Nothing is written outside dest, whatever the archive holds: absolute names, "..", links that lead out and device
// files are refused, and every write goes through an [os.Root] besides. An executable file gets mode 0755, every other
// one 0644; times and owners are not kept.
package unpack
