// Stands for the driver's library. What it says is set when it is compiled.
#include <stddef.h>
#include <string.h>

#ifndef FAKE_INIT
#define FAKE_INIT 0 // what cuInit returns
#endif
#ifndef FAKE_VERSION
#define FAKE_VERSION 13000
#endif
#ifndef FAKE_COUNT
#define FAKE_COUNT 1
#endif
#ifndef FAKE_MAJOR
#define FAKE_MAJOR 9
#endif
#ifndef FAKE_MINOR
#define FAKE_MINOR 0
#endif

static int initialised = 0;

int cuDriverGetVersion(int *version) {
  *version = FAKE_VERSION;
  return 0;
}

int cuInit(unsigned flags) {
  initialised = flags == 0 && FAKE_INIT == 0;
  return FAKE_INIT;
}

int cuGetErrorString(int code, const char **text) {
  *text = "made up";
  return code == 999 ? 0 : 1;
}

#ifndef FAKE_OTHER // else it is no driver at all
int cuDeviceGetCount(int *count) {
  *count = FAKE_COUNT;
  return initialised ? 0 : 3;
}
#endif

// Handles need not be numbers of devices.
int cuDeviceGet(int *device, int index) {
  *device = index + 70;
  return index >= 0 && index < FAKE_COUNT ? 0 : 101;
}

int cuDeviceGetName(char *name, int length, int device) {
  if (device < 70) return 101;
  strncpy(name, "Fake GPU", (size_t)length);
  return 0;
}

int cuDeviceGetAttribute(int *value, int attribute, int device) {
  if (device < 70) return 101;
  *value = attribute == 75 ? FAKE_MAJOR : attribute == 76 ? FAKE_MINOR : -1;
  return 0;
}

int cuDeviceTotalMem_v2(size_t *bytes, int device) {
  *bytes = (size_t)(device - 69) << 34; // 16 GiB the first, 32 GiB the second
  return 0;
}
