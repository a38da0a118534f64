// Symbols that only the archive itself can have.
void *_ZN3re25matchEPKc(const char *);
int _ZN4absl6StatusEv(void);
int cpuinfo_initialize(void);
int use(void) { return _ZN3re25matchEPKc("") != 0 && _ZN4absl6StatusEv() && cpuinfo_initialize(); }
