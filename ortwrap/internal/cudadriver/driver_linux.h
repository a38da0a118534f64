// What package cudadriver asks of the CUDA driver API. The functions' types are declared here, for their library is
// opened at run time and its headers need not be installed.
#ifndef ORTWRAP_DRIVER_H
#define ORTWRAP_DRIVER_H

#include <stddef.h>

typedef struct {
  void *library;
  int version;          // newest CUDA version that the driver knows: 13000 for 13.0
  int count;            // of devices
  const char *function; // that failed last
  int code;             // what it returned; 0 where none failed
  const char *text;     // what that means
} ortwrap_driver;

typedef struct {
  char name[256];
  int major, minor; // compute capability
  size_t memory;    // bytes
} ortwrap_device;

// Opens the driver. Returns why it can't be used, to be freed, or NULL; then driver->code tells whether a call failed.
char *ortwrap_driver_open(const char *library, ortwrap_driver *driver);

// Asks for one device. Returns driver->code.
int ortwrap_driver_device(ortwrap_driver *driver, int index, ortwrap_device *device);

#endif
