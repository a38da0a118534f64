// What a provider needs that is linked as it is, not isolated: its host, which is the core's own, and an entry of the
// name that the core's table asks for.

extern "C" {

// onnxruntime::provider_host_; its constructor is constant, so it is there before any other of the program runs.
extern char core_host __asm__("_ZN11onnxruntime14provider_host_E");

void* GetProvider();
void* Provider_GetHost() { return &core_host; }
void* ort_builder_provider_dnnl(void*) { return GetProvider(); }

}  // extern "C"
