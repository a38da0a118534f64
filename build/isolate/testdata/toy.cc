// The provider: its static constructors ask the host at once.
#define OWNER "provider"
#include "bridge.h"
#include "names.h"

extern "C" void* Provider_GetHost();

static Host* host = static_cast<Host*>(Provider_GetHost());

struct Life {
  explicit Life(const char* text) { host->Say(text); }
  ~Life() { host->Say("provider: destructor"); }
};

static Life life("provider: constructor");

struct Early {
  Early() { static_cast<Host*>(Provider_GetHost())->Say("provider: early constructor"); }
};
static Early early __attribute__((init_priority(200)));

static struct Toy : Provider {
  void Use() override {
    Thing thing;
    host->Say(("provider: " + thing.Name() + ", " + Plain() + ", " + Describe<int>()).c_str());
    try {
      host->Throw();
    } catch (const Error& error) {
      host->Say((std::string("provider caught: ") + error.what()).c_str());
    }
  }
  void Throw() override { throw Error("of the provider"); }
} toy;

extern "C" void* GetProvider() { return static_cast<Provider*>(&toy); }
