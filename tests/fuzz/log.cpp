#include "properties/logs.h"

#include "fuzz/target.h"

// A file in the place of a log, see the property.
FUZZ_TARGET(check_any_log)
