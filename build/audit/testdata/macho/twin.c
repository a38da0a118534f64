void both(void) {}
__attribute__((weak)) int twice(void) { return 2; }
