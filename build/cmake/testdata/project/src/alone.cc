static int same_name = 2;  // clashes with first.cc in one unity file
const char* alone() { return same_name ? __FILE__ : ""; }
