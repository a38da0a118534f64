#include "driver_linux.h"

#include <dlfcn.h>
#include <string.h>

// Results and attributes, by the names and numbers of the CUDA driver API.
enum {
  CUDA_ERROR_NO_DEVICE = 100,
  CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75,
  CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76,
};

static int note(ortwrap_driver *driver, const char *function, int code) {
  if (code == 0) return 0;
  driver->function = function;
  driver->code = code;
  driver->text = "no text";
  int (*get)(int, const char **) = (int (*)(int, const char **))dlsym(driver->library, "cuGetErrorString");
  const char *text = NULL;
  if (get && get(code, &text) == 0 && text) driver->text = text;
  return code;
}

// Calls a function of the driver; one that is missing counts as a failed one.
#define CALL(driver, name, types, ...)                                                \
  ({                                                                                  \
    int(*function) types = (int(*) types)dlsym((driver)->library, #name);             \
    note((driver), #name, function ? function(__VA_ARGS__) : -1);                     \
  })

char *ortwrap_driver_open(const char *library, ortwrap_driver *driver) {
  memset(driver, 0, sizeof *driver);
  // Never closed: the CUDA runtime uses the same library, and the driver may have started threads.
  driver->library = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (!driver->library) {
    const char *text = dlerror();
    return strdup(text ? text : "no reason given");
  }
  if (CALL(driver, cuDriverGetVersion, (int *), &driver->version)) return NULL;
  int code = CALL(driver, cuInit, (unsigned), 0);
  if (code == CUDA_ERROR_NO_DEVICE) driver->code = 0; // a driver without a GPU
  if (code) return NULL;
  CALL(driver, cuDeviceGetCount, (int *), &driver->count);
  return NULL;
}

int ortwrap_driver_device(ortwrap_driver *driver, int index, ortwrap_device *device) {
  memset(device, 0, sizeof *device);
  int handle = 0;
  if (CALL(driver, cuDeviceGet, (int *, int), &handle, index)) return driver->code;
  if (CALL(driver, cuDeviceGetName, (char *, int, int), device->name, (int)sizeof device->name - 1, handle))
    return driver->code;
  if (CALL(driver, cuDeviceGetAttribute, (int *, int, int), &device->major,
           CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, handle))
    return driver->code;
  if (CALL(driver, cuDeviceGetAttribute, (int *, int, int), &device->minor,
           CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, handle))
    return driver->code;
  return CALL(driver, cuDeviceTotalMem_v2, (size_t *, int), &device->memory, handle);
}
