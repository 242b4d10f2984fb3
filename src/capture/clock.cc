#include <chrono>
#include <thread>

#include "capture/capture.h"

namespace seep::capture {

Clock SystemClock() {
  return {[] { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); },
          [](Duration d) { std::this_thread::sleep_for(d); }};
}

}  // namespace seep::capture
