// Package patch applies this project's own patches to source trees, strictly: a hunk must match at exactly its line.
//
// A patch is the output of git diff below a header that says why the patch exists, where upstream stands, and when it
// may be deleted. A field goes on in lines that begin with white space:
//
//	Why: Debian's Eigen 3.4.0 lacks two overloads that
//	  element_wise_ops.cc calls.
//	Upstream: in Eigen after 3.4.0
//	Until: 1.21.0 leaves the releases
//
//	diff --git a/Eigen/Core b/Eigen/Core
//	…
//
// Patches lie in <component>/<version>/NNNN-title.patch of a file system; [List] finds those of a component and
// [Apply] applies one:
//
//	applied, err := patch.Apply(patches.FS, "eigen/1.21.0/0001-array-min-max.patch", tree)
package patch
