#include "properties/requests.h"

#include "fuzz/target.h"

// A request, see the property.
FUZZ_TARGET(check_request)
