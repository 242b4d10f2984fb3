// What /proc would have said of the memory of a process whose core file is all there is.
#pragma once

#include <string>

#include "pipeline/outside.h"

namespace seep::pipeline {

// As "proc/smaps": a page counts as resident where it holds anything but zeros, for the kernel leaves out
// pages that were never touched; of mapped files a core file holds no pages, and they count none.
std::string CoreSmaps(const model::ProcessImage& image);

// As "proc/threads".
std::string CoreThreads(const Outside& outside);

}  // namespace seep::pipeline
