#include "properties/form.h"

#include "fuzz/target.h"

// A query or form.
FUZZ_TARGET(check_form)
