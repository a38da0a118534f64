.text
.globl kernel
kernel:
.long 0
