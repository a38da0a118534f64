//go:build linux || darwin

package capi

// #include "api.h"
//
// static OrtStatus *create_env(OrtEnv **env) {
//   return ortwrap_api->CreateEnv(ORT_LOGGING_LEVEL_FATAL, "ortwrap", env);
// }
// static void release_env(OrtEnv *env) { ortwrap_api->ReleaseEnv(env); }
import "C"

// Env is a reference to ORT's environment, of which there is one in a process: onnxruntime_go's is the same one. Who
// comes first settles how it logs.
type Env struct{ p *C.OrtEnv }

// NewEnv creates the environment, or refers to the one that exists. It logs fatal errors only: all others are returned
// to the caller as well.
func NewEnv() (Env, error) {
	var env Env
	err := check(C.create_env(&env.p))
	return env, err
}

// Release gives the reference back. ORT tears the environment down with the last one.
func (e Env) Release() { C.release_env(e.p) }
