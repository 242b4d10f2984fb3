// Where a function takes something that has to be given back.
#pragma once

#include <vector>

#include "goscan/rules/holding.h"

namespace seep::goscan {

// In the order of the source; function literals inside are functions of their own.
std::vector<Site> SitesIn(Analysis& analysis, uint32_t function);

}  // namespace seep::goscan
