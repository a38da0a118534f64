#ifdef TRAP
#error flags of the environment got in
#endif
static int same_name = 1;
const char* first() { return same_name ? __FILE__ : ""; }
