const char* second() { return __FILE__; }
