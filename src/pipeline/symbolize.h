// Names for the addresses of a profile that came without (google/pprof internal/symbolizer/symbolizer.go and
// cmd/pprof, 2025-11).
#pragma once

#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "pipeline/remote_symbols.h"
#include "profile/profile.h"

namespace seep::pipeline {

// `mode` is what -symbolize= says: "none", "local", "fastlocal", "remote", "force", "demangle=full"...,
// several of them separated by colons. Unless it says otherwise, files of this machine are asked first, then
// the processes that the profile came from. A file that cannot be had is a warning, a process that refuses an
// Error.
Status Symbolize(profile::Profile& profile, std::string_view mode, const RemoteNames& remote, const Log& log);

// Whether Go's debug packages take the file for a program or library: ELF, Mach-O, Plan 9, XCOFF or PE. The
// last also for anything of 96 bytes that begins with two zeros and names no symbols, which gperftools' CPU
// profiles do.
bool IsObjectFile(const std::string& path);

}  // namespace seep::pipeline
