// Other programs: graphviz's dot, a browser, perf_to_profile. Found in PATH, never through a shell. Errors
// are worded as Go's os/exec words them, because `seep pprof` passes them on as `go tool pprof` does:
// "exec: "dot": executable file not found in $PATH", "exit status 1", "signal: killed".
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace seep::capture {

// The absolute path, or the path with its slash, of what `name` would run.
Result<std::string> FindProgram(const std::string& name);

// Hands `input` to the program's stdin and returns what it printed. Its stderr is ours.
Result<std::string> RunFilter(const std::vector<std::string>& command, std::string_view input);

// A program that shows something: it reads and prints nothing, its stderr is ours.
Result<pid_t> StartProgram(const std::vector<std::string>& command);
// Until it has ended; an error unless its exit status is 0.
Status WaitForProgram(pid_t pid);

}  // namespace seep::capture
