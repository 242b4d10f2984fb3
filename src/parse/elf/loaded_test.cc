#include "parse/elf/loaded.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <link.h>

#include <fstream>
#include <iterator>
#include <string>

#include "parse/elf/image.h"

namespace seep::parse::elf {
namespace {

// This program's own C library, as the loader has it.
link_map* CLibrary() {
  return static_cast<link_map*>(dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD));
}

std::string Contents(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(LoadedSymbol, IsWhereTheLoaderFindsIt) {
  link_map* library = CLibrary();
  if (library == nullptr) GTEST_SKIP() << "not linked to glibc";
  const Image image(*File::Parse(Bytes(Contents(library->l_name))));
  for (const char* name : {"malloc", "free", "qsort"}) {
    const auto found = LoadedSymbol(image, image.ranges().front().begin, name);
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(*found + library->l_addr, reinterpret_cast<uint64_t>(dlsym(library, name))) << name;
  }
  EXPECT_FALSE(LoadedSymbol(image, image.ranges().front().begin, "no_such_function"));
  EXPECT_FALSE(LoadedSymbol(image, image.ranges().front().begin + 4096, "malloc")) << "no ELF header there";
}

// Memory of which every byte has the same value but for the ELF magic.
class Garbage final : public model::ProcessImage {
 public:
  explicit Garbage(char value) : value_(value) {}
  void Read(std::span<model::ReadPart> parts) const override {
    for (model::ReadPart& part : parts) {
      for (size_t i = 0; i < part.to.size(); ++i)
        part.to[i] = part.address + i < 5 ? "\177ELF\002"[part.address + i] : value_;
      part.ok = true;
    }
  }
  const std::vector<model::MemoryRange>& ranges() const override { return ranges_; }

 private:
  char value_;
  std::vector<model::MemoryRange> ranges_;
};

TEST(LoadedSymbol, OfGarbageIsNothingAndSoon) {
  for (const char value : {'\0', '\1', '\2', '\5', '\6', '\377'})
    EXPECT_FALSE(LoadedSymbol(Garbage(value), 0, "malloc"));
}

}  // namespace
}  // namespace seep::parse::elf
