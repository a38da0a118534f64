int other(void) { return 86; }
