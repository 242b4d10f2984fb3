// Programs that draw and show: graphviz's dot, browsers, document viewers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace seep::cli {

// Files that viewers look at: deleted when this ends.
class ViewedFiles {
 public:
  ViewedFiles() = default;
  ViewedFiles(const ViewedFiles&) = delete;
  ViewedFiles& operator=(const ViewedFiles&) = delete;
  ~ViewedFiles();
  void Add(std::string path) { paths_.push_back(std::move(path)); }

 private:
  std::vector<std::string> paths_;
};

// What graphviz makes of a graph: "svg", "png". The error is pprof's, and names what to install.
Result<std::string> DrawGraph(std::string_view format, std::string_view graph);

// Commands that may open a page, best first: $BROWSER, those with a window, xdg-open where there is a
// desktop.
std::vector<std::string> Browsers();

// Starts the first of these commands (a program and its arguments, separated by spaces) that can be started,
// with `what` (a file, a URL) behind them.
Result<pid_t> StartViewer(const std::vector<std::string>& commands, const std::string& what);

// Shows bytes in the first of these commands that can be started. Waits until it has been closed, or with
// `in_background` only so long that it has opened the file.
Status View(std::string_view bytes, std::string_view ending, const std::vector<std::string>& commands,
            bool in_background, ViewedFiles& files);

}  // namespace seep::cli
