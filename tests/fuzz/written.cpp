#include "properties/logs.h"

#include "fuzz/target.h"

// Messages, and how the file is changed in which they are, see the property.
FUZZ_TARGET(check_written_log)
