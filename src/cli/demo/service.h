// A program of the demo: built from the sources inside seep, run as a child, ended with it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"

namespace seep::cli {

// Runs a program to its end; its standard error goes to `log`. An error names the program and shows the log's
// last lines.
Status RunProgram(const std::vector<std::string>& command, const std::string& folder, const std::string& log);

// A service that prints one line of JSON when it is ready:
// {"pid":..,"pprof":"http://..","control":"http://..", ...}.
class DemoService {
 public:
  static Result<DemoService> Start(const std::vector<std::string>& command, const std::string& log);
  DemoService(DemoService&& other) noexcept;
  DemoService& operator=(DemoService&&) = delete;
  ~DemoService();  // ends the child by its pid

  // A field of the ready line, as text; empty if it is not there.
  std::string Field(const std::string& name) const;
  // GET <control>/<what>; the answer's body.
  Result<std::string> Control(const std::string& what) const;

 private:
  DemoService(pid_t pid, std::string ready) : pid_(pid), ready_(std::move(ready)) {}
  pid_t pid_ = -1;
  std::string ready_;
};

}  // namespace seep::cli
