// A file carried inside the binary; seep_embed_folder() in cmake/seep.cmake makes lists of them.
#pragma once

#include <string_view>

namespace seep {

struct EmbeddedFile {
  std::string_view name;  // path below the embedded folder
  std::string_view bytes;
};

}  // namespace seep
