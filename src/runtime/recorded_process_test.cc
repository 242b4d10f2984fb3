// A whole process, recorded (tools/record_process): what its source says is what has to be found in it.
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <set>

#include "runtime/collections.h"
#include "runtime/dump_text.h"
#include "runtime/globals.h"
#include "runtime/heap_profile.h"
#include "runtime/recorded_process_for_test.h"
#include "runtime/spans.h"

namespace seep::runtime {
namespace {

// Another image with some words changed.
class Patched final : public model::ProcessImage {
 public:
  Patched(const model::ProcessImage& under, std::map<uint64_t, uint64_t> words)
      : under_(under), words_(std::move(words)) {}
  void Read(std::span<model::ReadPart> parts) const override {
    under_.Read(parts);
    for (model::ReadPart& part : parts)
      for (const auto& [address, value] : words_)
        if (part.ok && address >= part.address && address + sizeof value <= part.address + part.to.size())
          std::memcpy(part.to.data() + (address - part.address), &value, sizeof value);
  }
  const std::vector<model::MemoryRange>& ranges() const override { return under_.ranges(); }

 private:
  const model::ProcessImage& under_;
  std::map<uint64_t, uint64_t> words_;
};

class Recorded : public testing::Test {
 protected:
  void SetUp() override {
    image_ = RecordedProcess(SEEP_SOURCE_DIR);
    ASSERT_TRUE(image_);
    auto go = OpenGoProcess(*image_);
    ASSERT_TRUE(go) << go.error().Text();
    go_ = std::move(*go);
  }

  std::unique_ptr<parse::core::CoreImage> image_;
  GoProcess go_;
};

TEST_F(Recorded, Goroutines) {
  EXPECT_EQ(go_.go_version, "go1.26.8");
  std::map<std::string, int> states;
  DumpText dump(go_, std::nullopt);
  const auto counts = ReadGoroutines(go_, [&](const SeenGoroutine& seen) {
    if (seen.g.system) return;
    ++states[StateOf(go_, seen.g)];
    dump.Add(seen);
  });
  ASSERT_TRUE(counts) << counts.error().Text();
  EXPECT_EQ(states["chan receive"], 3);
  EXPECT_EQ(states["select (no cases)"], 1);
  EXPECT_EQ(states["sleep"], 1);
  EXPECT_EQ(counts->moved, 0u);
  EXPECT_EQ(counts->cut, 0u);
  EXPECT_NE(dump.text().find("main.receive(...)\n"), std::string::npos) << dump.text();
  EXPECT_NE(dump.text().find("example.com/recorded/main.go:23"), std::string::npos) << dump.text();
}

TEST_F(Recorded, Heap) {
  const auto spans = ReadSpans(go_);
  ASSERT_TRUE(spans) << spans.error().Text();
  EXPECT_EQ(spans->unreadable, 0u);
  uint64_t kilobytes = 0, large = 0;
  for (const SizeClass& c : spans->classes) {
    if (c.object_bytes == 1024 && !c.has_pointers) kilobytes = c.objects;
    if (c.object_bytes == 0 && !c.has_pointers) large = c.live_bytes;
  }
  EXPECT_GE(kilobytes, 40u);
  EXPECT_EQ(large, 65536u);

  const NamedGlobals globals = FindNamedGlobals(go_);
  EXPECT_TRUE(globals.can_profile_heap);
  const auto heap = ReadHeapProfile(go_, globals);
  ASSERT_TRUE(heap) << heap.error().Text();
  EXPECT_TRUE(heap->rate_known);
  EXPECT_EQ(heap->rate, 512);
  EXPECT_FALSE(heap->cut);
  int64_t large_objects = 0;
  std::set<std::string> functions;
  const profile::Profile& p = heap->profile;
  for (size_t i = 0; i < p.samples.size(); ++i) {
    const profile::Line innermost = p.LinesOf(p.samples.stack(i).front()).front();
    functions.emplace(p.text(p.functions[innermost.function.value].name));
    const auto labels = p.label_sets.labels(p.samples.labels[i]);
    if (!labels.empty() && labels[0].number == 65536) large_objects += p.samples.value(i)[2];
  }
  EXPECT_TRUE(functions.contains("main.keep"));
  EXPECT_EQ(large_objects, 1);

  const Collections collections = ReadCollections(go_, globals);
  ASSERT_TRUE(collections.count);
  EXPECT_GE(*collections.count, 2u);
  ASSERT_TRUE(collections.last);
  EXPECT_FALSE(collections.limit);
}

// By chance a word of data may lead to something on the heap that has the words of a site.
TEST_F(Recorded, AnObjectThatLooksLikeASiteIsNotTheListOfThem) {
  const Layout& layout = *go_.layout;
  const auto at = [](uint64_t base, int32_t field) { return base + static_cast<uint64_t>(field); };
  const uint64_t newest = image_->Value<uint64_t>(go_.globals.mbuckets).value_or(0);
  const auto pc = image_->Value<uint64_t>(at(newest, layout.bucket_size));
  ASSERT_TRUE(pc);
  uint64_t object = 0;  // the first words of the heap
  for (const model::MemoryRange& range : image_->ranges())
    if (object == 0 && range.begin >= 0xc000000000 && range.writable && range.path.empty())
      object = range.begin;
  ASSERT_NE(object, 0u);
  const Patched patched(*image_, {{go_.globals.mbuckets - 8, object},
                                  {at(object, layout.bucket_allnext), 1},
                                  {at(object, layout.bucket_type), 1},
                                  {at(object, layout.bucket_hash), object},
                                  {at(object, layout.bucket_bytes), 2},
                                  {at(object, layout.bucket_nstk), 2},
                                  {at(object, layout.bucket_size), *pc}});
  const uint64_t right = go_.globals.mbuckets;
  go_.image = &patched;
  go_.globals = {};
  FindGlobals(go_);
  EXPECT_EQ(go_.globals.mbuckets, right);
}

}  // namespace
}  // namespace seep::runtime
