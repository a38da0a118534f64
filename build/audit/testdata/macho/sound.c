// What the system has, a weak definition as inline functions are, and a symbol that may be missing.
#include <stdlib.h>
void *_ZN3re25matchEPKc(const char *text) { return malloc(text != 0); }
void _ZNSt3__14sortEv(void); // of the system's C++ library
void both(void) { _ZNSt3__14sortEv(); }
__attribute__((weak)) int twice(void) { return 1; }
extern int newer(void) __attribute__((weak_import));
int ask(void) { return newer ? newer() : 0; }
