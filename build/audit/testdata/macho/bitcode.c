__attribute__((section("__LLVM,__bitcode"), used)) static const char code[] = "BC";
