// What the go command wrote into a program about how it was built: .go.buildinfo, which stripping leaves in
// (debug/buildinfo/buildinfo.go, runtime/debug/mod.go; Go 1.18 to 1.27):
//
//   ff " Go buildinf:", u8 pointer size, u8 flags (2: what follows is inline), 16 unused bytes; then two
//   texts, each a varint length and its bytes: the version, and the modules between 16 bytes of framing on
//   either side, in lines of fields separated by tabs: path PACKAGE | mod PATH VERSION SUM | dep PATH VERSION
//   SUM | => PATH VERSION SUM | build KEY=VALUE
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/process_image.h"
#include "parse/elf/file.h"

namespace seep::parse::elf {

struct GoModule {
  std::string path, version, sum;
};

struct GoBuild {
  std::string go_version;  // "go1.26.8"
  std::string package;     // of main: "example.com/orders/cmd/orders"
  GoModule main;
  std::vector<GoModule> dependencies;                         // what stands in for them where replaced
  std::vector<std::pair<std::string, std::string>> settings;  // "CGO_ENABLED" and "1", "vcs.revision" ...
  std::string_view Setting(std::string_view key) const;       // "" if it was not written
};

// Nothing if it is no Go program, or one of before Go 1.18.
std::optional<GoBuild> ReadGoBuild(const File& file);
// The same out of the memory of a process or core file, without its executable.
std::optional<GoBuild> ReadGoBuild(const model::ProcessImage& image);

}  // namespace seep::parse::elf
