int newest(void) { return 15; }
