// The names of a Java profile's addresses, which follow its samples:
//
//    0x00003e8a  com.example.Server.run (Server.java:203)
//    0x00000041  memcpy (/lib/libc.so.6)
//    0x00000003  generated stub/JIT
//    0x00000001  GC
#pragma once

#include <string_view>

#include "base/result.h"
#include "parse/pprof_legacy/builder.h"

namespace seep::parse::pprof_legacy {

// Named locations lose their address: it means nothing outside of this file. Numbers everything anew.
Status ReadJavaNames(std::string_view text, Builder& out);

}  // namespace seep::parse::pprof_legacy
