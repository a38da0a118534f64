//go:build linux || darwin

package capi

// #include <stdlib.h>
// #include "api.h"
//
// void ortwrap_log(void *, OrtLoggingLevel, const char *, const char *, const char *, const char *);
//
// static OrtStatus *create_env(int severity, OrtEnv **env) {
//   return ortwrap_api->CreateEnvWithCustomLogger(ortwrap_log, NULL, (OrtLoggingLevel)severity, "ortwrap", env);
// }
// static OrtStatus *set_severity(OrtEnv *env, int severity) {
//   return ortwrap_api->UpdateEnvWithCustomLogLevel(env, (OrtLoggingLevel)severity);
// }
// static void release_env(OrtEnv *env) { ortwrap_api->ReleaseEnv(env); }
import "C"

// Env is a reference to ORT's environment, of which there is one in a process: onnxruntime_go's is the same one. Who
// comes first settles how it logs.
type Env struct{ p *C.OrtEnv }

// NewEnv creates the environment, or refers to the one that exists. Messages of a severity or a worse one are given to
// the function that [LogTo] names, and to nobody else.
func NewEnv(severity int) (Env, error) {
	var env Env
	err := check(C.create_env(C.int(severity), &env.p))
	return env, err
}

// SetSeverity sets the severity from which on messages are formed: of the environment, and of sessions to come.
func (e Env) SetSeverity(severity int) error { return check(C.set_severity(e.p, C.int(severity))) }

// Release gives the reference back. ORT tears the environment down with the last one.
func (e Env) Release() { C.release_env(e.p) }
