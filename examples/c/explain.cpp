// The same example as C++: the header's own wrapper gives the functions C linkage.
#include <cstddef>
#include <cstdint>

#include <tuleap_front.hpp>

#include "explain.c"
