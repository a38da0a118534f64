// Opening the library when the program runs.
#ifndef ORTWRAP_OPENED_H
#define ORTWRAP_OPENED_H

#include "api.h"

enum ortwrap_opening { ORTWRAP_OPENED, ORTWRAP_NO_LIBRARY, ORTWRAP_NOT_ORT };

// Opens the library at a path, or found by a name without slashes. *why is the system's text for ORTWRAP_NO_LIBRARY, to
// be freed. All but ORTWRAP_NO_LIBRARY leave it open.
enum ortwrap_opening ortwrap_open(const char *path, char **why);

// Closes what ortwrap_open opened and turned out to be of no use. What has been used is never closed: ORT's threads and
// destructors may still run in it when the program ends.
void ortwrap_close(void);

#endif
