// The program: it has what the provider has under the same names, and uses the provider twice.
#include <cstdio>

#define OWNER "core"
#include "bridge.h"
#include "names.h"

extern "C" void* ort_builder_provider_toy(void* host);

static void Say(const std::string& text) { std::printf("%s\n", text.c_str()); }

struct Life {
  Life() { Say("core: constructor"); }
  ~Life() { Say("core: destructor"); }
} life;

struct CoreHost : Host {
  void Say(const char* text) override { ::Say(text); }
  void Throw() override { throw Error("of the core"); }
} host;

int main() {
  std::setvbuf(stdout, nullptr, _IONBF, 0);
  Say("main");
  Thing* thing = new Thing;
  Say("core: " + thing->Name() + ", " + Plain() + ", " + Describe<int>());
  auto* provider = static_cast<Provider*>(ort_builder_provider_toy(static_cast<Host*>(&host)));
  provider->Use();
  try {
    provider->Throw();
  } catch (const Error& error) {
    Say(std::string("core caught: ") + error.what());
  }
  Say("core: " + thing->Name() + ", " + Plain() + ", " + Describe<int>());
  Say(ort_builder_provider_toy(static_cast<Host*>(&host)) == provider ? "again: the same" : "again: another");
  delete thing;
  Say("end of main");
}
