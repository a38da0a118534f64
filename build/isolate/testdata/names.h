// Names that core and provider both have, with other contents: OWNER differs.
#pragma once
#include <string>

inline int calls = 0;  // STB_GNU_UNIQUE by default

struct Thing {
  virtual ~Thing() = default;
  virtual std::string Name() const { return OWNER; }
};

template <typename T>
std::string Describe() {
  static int count = 0;
  return std::string(OWNER) + " " + std::to_string(++count) + " " + std::to_string(++calls);
}

std::string Plain() { return OWNER; }  // strong on both sides
