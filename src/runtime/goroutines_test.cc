#include "runtime/goroutines.h"

#include <gtest/gtest.h>

#include "runtime/calls.h"
#include "runtime/globals.h"
#include "runtime/image_for_test.h"
#include "runtime/labels.h"
#include "runtime/poll_descriptors.h"

namespace seep::runtime {
namespace {

constexpr uint64_t kMinute = 60'000'000'000;

GoProcess ProcessOf(const ImageForTest& image, std::string_view version) {
  GoProcess process;
  process.image = &image;
  process.go_version = version;
  process.layout = *FindLayout(version, Processor::kAmd64);
  process.wait_reasons = {"", "GC assist marking", "IO wait"};
  return process;
}

// A g that waits, complete enough to be one.
void PutG(ImageForTest& image, const Layout& layout, uint64_t address, uint64_t goid) {
  image.Put(address + static_cast<uint64_t>(layout.g_stack_lo), uint64_t{0x20000});
  image.Put(address + static_cast<uint64_t>(layout.g_stack_hi), uint64_t{0x22000});
  image.Put(address + static_cast<uint64_t>(layout.g_sched_sp), uint64_t{0x21f00});
  image.Put(address + static_cast<uint64_t>(layout.g_sched_ctxt) - 8, address);
  image.Put(address + static_cast<uint64_t>(layout.g_status), uint32_t{4});
  image.Put(address + static_cast<uint64_t>(layout.g_goid), goid);
}

TEST(LooksLikeG, NamesItselfAndStandsOnItsStack) {
  ImageForTest image;
  image.Map(0x10000, 0x1000);
  const Layout& layout = **FindLayout("go1.26.8", Processor::kAmd64);
  PutG(image, layout, 0x10000, 17);
  std::string bytes(static_cast<size_t>(layout.g_size), '\0');
  const auto looks = [&] {
    EXPECT_TRUE(image.ReadInto(0x10000, bytes));
    return LooksLikeG(layout, 0x10000, bytes);
  };
  EXPECT_TRUE(looks());
  EXPECT_FALSE(LooksLikeG(layout, 0x10008, bytes)) << "another address";
  image.Put(0x10000 + static_cast<uint64_t>(layout.g_sched_sp), uint64_t{0x23000});
  EXPECT_FALSE(looks()) << "off its stack";
  image.Put(0x10000 + static_cast<uint64_t>(layout.g_status), uint32_t{6});
  EXPECT_TRUE(looks()) << "a dead one's stack may be gone";
  image.Put(0x10000 + static_cast<uint64_t>(layout.g_status), uint32_t{77});
  EXPECT_FALSE(looks());
}

TEST(ReadGoroutines, ListThatLiesAboutItsLengthIsRefused) {
  ImageForTest image;
  image.Map(0x1000, 0x1000);
  GoProcess process = ProcessOf(image, "go1.26.8");
  process.globals.allgs = 0x1000;
  image.Put<uint64_t>(0x1000, 0x1100);
  image.Put<uint64_t>(0x1008, uint64_t{1} << 60);
  const auto none = [](const SeenGoroutine&) { FAIL(); };
  const auto read = ReadGoroutines(process, none);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kBadInput);
  image.Put<uint64_t>(0x1008, 1 << 20);  // possible, but not there
  const auto short_list = ReadGoroutines(process, none);
  ASSERT_FALSE(short_list);
  EXPECT_EQ(short_list.error().code, ErrorCode::kUnavailable);
}

TEST(ReadGoroutines, TheDeadAndTheUnreadableAreCounted) {
  ImageForTest image;
  image.Map(0x1000, 0x1000);
  image.Map(0x10000, 0x4000);
  GoProcess process = ProcessOf(image, "go1.26.8");
  process.globals.allgs = 0x1000;
  image.Put<uint64_t>(0x1000, 0x1100);
  image.Put<uint64_t>(0x1008, 3);
  image.Put<uint64_t>(0x1100, 0x10000);
  image.Put<uint64_t>(0x1108, 0x11000);
  image.Put<uint64_t>(0x1110, 0x999000);  // not there
  PutG(image, *process.layout, 0x10000, 17);
  PutG(image, *process.layout, 0x11000, 18);
  image.Put(0x11000 + static_cast<uint64_t>(process.layout->g_status), uint32_t{6});
  std::vector<uint64_t> goids;
  const auto read = ReadGoroutines(process, [&](const SeenGoroutine& seen) { goids.push_back(seen.g.goid); });
  ASSERT_TRUE(read);
  EXPECT_EQ(goids, std::vector<uint64_t>{17});
  EXPECT_EQ(read->dead, 1U);
  EXPECT_EQ(read->unreadable, 1U);
  EXPECT_EQ(read->cut, 1U) << "there is no function table to follow its stack by";
}

TEST(MinutesOf, AreOfThoseThatWaitAndAreKnownTo) {
  G g;
  g.status = Status::kWaiting;
  g.waits_since = 10 * kMinute;
  EXPECT_EQ(MinutesOf(g, 15 * kMinute + 5), std::optional<uint64_t>(5));
  EXPECT_FALSE(MinutesOf(g, 10 * kMinute + 5)) << "below one minute nothing is said";
  EXPECT_FALSE(MinutesOf(g, 5 * kMinute)) << "a clock that is behind";
  EXPECT_FALSE(MinutesOf(g, std::nullopt));
  g.waits_since = 0;
  EXPECT_FALSE(MinutesOf(g, 15 * kMinute)) << "no GC has seen it blocked";
  g.waits_since = 10 * kMinute;
  g.status = Status::kRunnable;
  EXPECT_FALSE(MinutesOf(g, 15 * kMinute));
}

TEST(StateOf, IsTheReasonOfOneThatWaits) {
  ImageForTest image;
  const GoProcess process = ProcessOf(image, "go1.26.8");
  G g;
  g.status = Status::kWaiting;
  g.reason = 2;
  EXPECT_EQ(StateOf(process, g), "IO wait");
  g.reason = 200;
  EXPECT_EQ(StateOf(process, g), "waiting") << "a number of no text";
  g.reason = 2;
  g.status = Status::kLeaked;
  EXPECT_EQ(StateOf(process, g), "IO wait (leaked)");
  g.status = Status::kSyscall;
  EXPECT_EQ(StateOf(process, g), "syscall");
}

TEST(IsForPeople, AsGoDecides) {
  EXPECT_TRUE(IsForPeople("main.main"));
  EXPECT_TRUE(IsForPeople("sync.runtime_Semacquire"));
  EXPECT_TRUE(IsForPeople("runtime.Gosched"));
  EXPECT_TRUE(IsForPeople("runtime.(*Func).Entry"));
  EXPECT_TRUE(IsForPeople("runtime.runFinalizers"));
  EXPECT_FALSE(IsForPeople("runtime.gopark"));
  EXPECT_FALSE(IsForPeople("runtime.(*mheap).Alloc"));
  EXPECT_FALSE(IsForPeople("_cgo_panic"));
}

TEST(LabelReader, ReadsListsAndTheMapsOfOlderVersions) {
  ImageForTest image;
  image.Map(0x1000, 0x2000);
  const GoProcess young = ProcessOf(image, "go1.26.8"), old = ProcessOf(image, "go1.22.12");
  const LabelList expected = {{"path", "/orders"}, {"user", "7"}};
  // label.Set {[]label}: two labels of two strings each.
  image.Put<uint64_t>(0x1000, 0x1100);
  image.Put<uint64_t>(0x1008, 2);
  image.PutText(0x1100, 0x1200, "user");
  image.PutText(0x1110, 0x1210, "7");
  image.PutText(0x1120, 0x1220, "path");
  image.PutText(0x1130, 0x1230, "/orders");
  EXPECT_EQ(LabelReader(young).At(0x1000), expected);
  // *map: hmap with one bucket, and a second behind it.
  image.Put<uint64_t>(0x1800, 0x1810);
  image.Put<uint64_t>(0x1810, 2);       // count
  image.Put<uint64_t>(0x1820, 0x2000);  // buckets
  image.Put<uint8_t>(0x2003, 0x80);
  image.PutText(0x2008 + 16 * 3, 0x1200, "user");
  image.PutText(0x2088 + 16 * 3, 0x1210, "7");
  image.Put<uint64_t>(0x2108, 0x2200);  // overflow
  image.Put<uint8_t>(0x2200, 0x05);
  image.PutText(0x2208, 0x1220, "path");
  image.PutText(0x2288, 0x1230, "/orders");
  EXPECT_EQ(LabelReader(old).At(0x1800), expected);
  image.Put<uint64_t>(0x2308, 0x2200);  // a chain that goes round
  EXPECT_LE(LabelReader(old).At(0x1800).size(), 256U);
  EXPECT_TRUE(LabelReader(young).At(0x500000).empty());
}

TEST(PollDescriptors, AreFoundFromTheStackOfOneThatWaits) {
  ImageForTest image;
  image.Map(0x20000, 0x2000);
  image.Map(0x80000, 0x1000);
  GoProcess process = ProcessOf(image, "go1.26.8");
  const Layout& layout = *process.layout;
  const auto put = [&](uint64_t at, uint64_t fd, uint64_t reader, int64_t deadline, uint8_t closing) {
    image.Put(at + static_cast<uint64_t>(layout.polldesc_self), at);
    image.Put(at + static_cast<uint64_t>(layout.polldesc_fd), fd);
    image.Put(at + static_cast<uint64_t>(layout.polldesc_rg), reader);
    image.Put(at + static_cast<uint64_t>(layout.polldesc_rd), deadline);
    image.Put(at + static_cast<uint64_t>(layout.polldesc_closing), closing);
  };
  const auto size = static_cast<uint64_t>(layout.polldesc_size);
  put(0x80000, 7, 0xc0001000, 0, 0);
  put(0x80000 + size, 8, 0, 5'000'000'000, 0);
  put(0x80000 + 2 * size, 9, 0, -1, 1);  // closed
  put(0x80000 + 3 * size, 10, 0, -1, 0);
  image.Put<uint64_t>(0x21f40, 0x80000);  // on the stack
  G g;
  g.address = 0xc0001000;
  g.goid = 42;
  g.status = Status::kWaiting;
  g.reason = 2;
  g.at.sp = 0x21f00;
  StackMemory stack(image, 0x22000);
  PollDescriptors descriptors(process);
  descriptors.See({g, {}, false, stack});
  EXPECT_FALSE(descriptors.complete()) << "there is no list of chunks in this memory";
  EXPECT_EQ(PollDescriptorText(descriptors.Read(), descriptors.complete(), 2'000'000'000),
            "# seep poll descriptors 1\n"
            "# incomplete\n"
            "7 reader=42 writer=- read=none write=none\n"
            "8 reader=- writer=- read=3000ms write=none\n"
            "10 reader=- writer=- read=expired write=none\n");
}

TEST(PollDescriptors, AreSearchedInEveryChunkThatTheRuntimeHasCut) {
  ImageForTest image;
  image.Map(0x5000, 0x2000);   // moduledata, and data behind it
  image.Map(0x20000, 0x2000);  // a stack
  image.Map(0x80000, 0x1000);  // two chunks, as far as they are there
  image.Map(0x200000, 0x1000);
  GoProcess process = ProcessOf(image, "go1.26.8");
  const Layout& layout = *process.layout;
  process.modules.push_back({.address = 0x5000});
  image.Put<uint64_t>(0x5000 + static_cast<uint64_t>(layout.moduledata_noptrdata), 0x6800);
  image.Put<uint64_t>(0x5000 + static_cast<uint64_t>(layout.moduledata_noptrdata) + 8, 0x6840);
  image.Put<uint64_t>(0x6808, 0x200000);  // the list's middle
  image.Put<uint64_t>(0x6810, 0x80000);   // its head
  image.Put<uint64_t>(0x6818, 0x20000);   // something else
  image.Put<uint64_t>(0x80000, 0x200000);
  const auto put = [&](uint64_t at, uint64_t fd) {
    image.Put(at + static_cast<uint64_t>(layout.polldesc_self), at);
    image.Put(at + static_cast<uint64_t>(layout.polldesc_fd), fd);
  };
  put(0x80100, 7);
  put(0x200200, 8);
  image.Put<uint64_t>(0x21f40, 0x80100);
  G g;
  g.status = Status::kWaiting;
  g.reason = 2;
  g.at.sp = 0x21f00;
  StackMemory stack(image, 0x22000);
  PollDescriptors descriptors(process);
  descriptors.See({g, {}, false, stack});
  EXPECT_TRUE(descriptors.complete());
  EXPECT_EQ(PollDescriptorText(descriptors.Read(), true, std::nullopt),
            "# seep poll descriptors 1\n"
            "7 reader=- writer=- read=none write=none\n"
            "8 reader=- writer=- read=none write=none\n");
  image.Put<uint64_t>(0x200000, 0x80000);  // a list that goes round
  EXPECT_TRUE(FindPersistentChunks(process, 0x80100).empty());
}

}  // namespace
}  // namespace seep::runtime
