__global__ void twice(float *x) { x[threadIdx.x] *= 2; }
// The objects beside this file, made with nvcc 13.0; objcopy keeps their device code only, so they are small:
//
//   zstd.o         nvcc -c -Xfatbin=-compress-all -gencode arch=compute_90,code=sm_90 \
//                  -gencode arch=compute_120,code=sm_120 -gencode arch=compute_120,code=compute_120
//   lz4.o          nvcc -c -Xfatbin=-compress-all -Xfatbin=-compress-mode=speed \
//                  -gencode arch=compute_80,code=sm_80 -gencode arch=compute_90a,code=sm_90a
//   relocatable.o  nvcc -c -rdc=true -gencode arch=compute_90,code=sm_90
//   accelerated.o  nvcc -c -gencode arch=compute_90a,code=sm_90a -gencode arch=compute_90a,code=compute_90a \
//                  -gencode arch=compute_100f,code=sm_100f -gencode arch=compute_100f,code=compute_100f \
//                  -gencode arch=compute_80,code=sm_80
//   each           objcopy -j .nv_fatbin -j __nv_relfatbin
//   joined.so      ld -shared -z noseparate-code zstd.o lz4.o relocatable.o; strip
//   cuobjdump.txt  cuobjdump -lelf -lptx of each
