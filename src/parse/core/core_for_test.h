// Core files put together piece by piece, for tests here and in runtime/.
#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "parse/core/core_file.h"

namespace seep::parse::core {

class CoreBuilder {
 public:
  // flags: elf::kReadable | ...; `dumped` are the first bytes of it.
  CoreBuilder& Segment(uint64_t address, uint64_t size, uint32_t flags, std::string dumped) {
    segments_.push_back({address, size, flags, std::move(dumped)});
    return *this;
  }
  CoreBuilder& Thread(uint32_t id, uint64_t pc, uint64_t sp, uint64_t bp, uint16_t signal = 0) {
    std::string status(336, '\0');
    Put(status, 12, signal);
    Put(status, 32, id);
    Put(status, 112 + 8 * 4, bp);
    Put(status, 112 + 8 * 16, pc);
    Put(status, 112 + 8 * 19, sp);
    return Note("CORE", 1, status);
  }
  CoreBuilder& Process(uint32_t pid, std::string_view name) {
    std::string info(136, '\0');
    Put(info, 24, pid);
    std::memcpy(info.data() + 40, name.data(), name.size());
    return Note("CORE", 3, info);
  }
  CoreBuilder& Entry(uint64_t entry) {
    std::string values(32, '\0');
    Put(values, 0, uint64_t{9});
    Put(values, 8, entry);
    return Note("CORE", 6, values);
  }
  CoreBuilder& File(uint64_t begin, uint64_t end, uint64_t pages, std::string path) {
    files_.push_back({begin, end, pages, std::move(path)});
    return *this;
  }
  CoreBuilder& Note(std::string_view owner, uint32_t type, std::string_view content) {
    std::string head(12, '\0');
    Put(head, 0, static_cast<uint32_t>(owner.size() + 1));
    Put(head, 4, static_cast<uint32_t>(content.size()));
    Put(head, 8, type);
    notes_ += head + Padded(std::string(owner) + '\0') + Padded(std::string(content));
    return *this;
  }
  std::string Build() {
    if (!files_.empty()) Note("CORE", 0x46494c45, Files());
    const size_t headers = segments_.size() + 1;
    std::string all(64 + 56 * headers, '\0');
    std::memcpy(all.data(),
                "\x7f"
                "ELF\2\1\1",
                7);
    Put(all, 16, uint16_t{4});
    Put(all, 18, uint16_t{62});
    Put(all, 20, uint32_t{1});
    Put(all, 32, uint64_t{64});
    Put(all, 54, uint16_t{56});
    Put(all, 56, static_cast<uint16_t>(headers));
    Header(all, 0, {0, 0, 0, notes_}, 4);
    for (size_t i = 0; i < segments_.size(); ++i) Header(all, i + 1, segments_[i], 1);
    return all;
  }

 private:
  struct Part {
    uint64_t address, size;
    uint32_t flags;
    std::string bytes;
  };
  struct Mapped {
    uint64_t begin, end, pages;
    std::string path;
  };

  template <class T>
  static void Put(std::string& to, size_t at, T value) {
    std::memcpy(to.data() + at, &value, sizeof value);
  }
  static std::string Padded(std::string text) {
    text.resize((text.size() + 3) & ~size_t{3});
    return text;
  }
  static void Header(std::string& all, size_t index, const Part& part, uint32_t type) {
    const size_t at = 64 + 56 * index;
    Put(all, at, type);
    Put(all, at + 4, part.flags);
    Put(all, at + 8, uint64_t{all.size()});
    Put(all, at + 16, part.address);
    Put(all, at + 32, uint64_t{part.bytes.size()});
    Put(all, at + 40, part.size);
    all += part.bytes;
  }
  std::string Files() const {
    std::string note(16 + 24 * files_.size(), '\0');
    Put(note, 0, uint64_t{files_.size()});
    Put(note, 8, uint64_t{4096});
    for (size_t i = 0; i < files_.size(); ++i) {
      Put(note, 16 + 24 * i, files_[i].begin);
      Put(note, 24 + 24 * i, files_[i].end);
      Put(note, 32 + 24 * i, files_[i].pages);
    }
    for (const Mapped& file : files_) note += file.path + '\0';
    return note;
  }

  std::vector<Part> segments_;
  std::vector<Mapped> files_;
  std::string notes_;
};

}  // namespace seep::parse::core
