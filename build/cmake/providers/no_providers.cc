// The table of the execution providers that are linked into a program: none. The core looks here before it opens a
// provider's shared library. The other table is static_providers.cc; an archive has one of them.

extern "C" {

struct OrtBuilderProvider {
  const char* name;
  void* (*entry)(void* host);
};

extern const OrtBuilderProvider ort_builder_providers[];
const OrtBuilderProvider ort_builder_providers[] = {{nullptr, nullptr}};

}  // extern "C"
