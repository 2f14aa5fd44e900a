extern "C" {
#include "tuleap_front.h"
}
