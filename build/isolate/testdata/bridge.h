// What the core and the provider of the tests share: interfaces without data.
#pragma once
#include <stdexcept>

struct Host {
  virtual void Say(const char* text) = 0;
  virtual void Throw() = 0;  // throws the core's Error
};

struct Provider {
  virtual void Use() = 0;
  virtual void Throw() = 0;  // throws the provider's Error
};

struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};
