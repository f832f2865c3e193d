#include "properties/json.h"

#include "fuzz/target.h"

// A text that may be JSON.
FUZZ_TARGET(check_json)
