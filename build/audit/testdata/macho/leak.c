const char *leak(void) { return "built in /secret/folder/leak.c today"; }
