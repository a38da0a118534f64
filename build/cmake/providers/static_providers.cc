// The table of the execution providers that are linked into a program: all of BUILDER_PROVIDERS, which is a row of
// PROVIDER(name). Each entry is the one symbol of an isolated object, see provider_entry.cc. The other table is
// no_providers.cc; an archive has one of them.

extern "C" {

struct OrtBuilderProvider {
  const char* name;            // as in the name of the provider's shared library: "cuda"
  void* (*entry)(void* host);  // takes the core's ProviderHost, returns the Provider or null
};

#define PROVIDER(name) void* ort_builder_provider_##name(void* host);
BUILDER_PROVIDERS
#undef PROVIDER

extern const OrtBuilderProvider ort_builder_providers[];
const OrtBuilderProvider ort_builder_providers[] = {
#define PROVIDER(name) {#name, ort_builder_provider_##name},
    BUILDER_PROVIDERS
#undef PROVIDER
    {nullptr, nullptr},
};

}  // extern "C"
