#include "parse/pprof_legacy/legacy.h"

#include <gtest/gtest.h>

#include "parse/pprof_legacy/unsample.h"
#include "profile/profile_text_for_test.h"

namespace seep::parse::pprof_legacy {
namespace {

// The expected texts were compared with pprof's own reading of the same bytes (go tool pprof -raw).

std::string Read(std::string_view bytes) {
  const auto profile = ReadLegacyProfile(bytes);
  if (!profile) return profile.error().what;
  EXPECT_EQ(profile::Inconsistency(*profile), "");
  return profile::ProfileText(*profile);
}

std::string DropFrames(std::string_view bytes) {
  const auto profile = ReadLegacyProfile(bytes);
  return profile ? std::string(profile->text(profile->drop_frames)) : profile.error().what;
}

std::string Words(std::initializer_list<uint64_t> words, size_t size, bool big_endian) {
  std::string out;
  for (uint64_t word : words)
    for (size_t i = 0; i < size; ++i) out += static_cast<char>(word >> 8 * (big_endian ? size - 1 - i : i));
  return out;
}

TEST(LegacyCpu, WordsOfAnySizeAndOrder) {
  for (const size_t size : {4, 8}) {
    for (const bool big_endian : {false, true}) {
      const std::string bytes =
          Words({0, 3, 0, 10000, 0, 5, 2, 0x400100, 0x400201, 1, 1, 0x400300, 0, 1, 0}, size, big_endian);
      EXPECT_EQ(Read(bytes + "400000-500000 r-xp 00000000 08:01 7 /bin/server\n"),
                "samples/count cpu/nanoseconds period cpu/nanoseconds 10000000\n"
                "5 50000000: 0x400100 0x400200\n"
                "1 10000000: 0x400300\n"
                "0x400100 M1\n0x400200 M1\n0x400300 M1\n"
                "M1 0x400000-0x500000+0x0 /bin/server \n");
    }
  }
}

TEST(LegacyCpu, SignalHandlersAndDoubledLeavesGo) {
  // 0x777 is between the interrupted address and its caller in every sample; 0x400101 follows itself.
  const std::string bytes = Words({0, 3, 0, 1000, 0,                 //
                                   1, 3, 0x400100, 0x778, 0x400201,  //
                                   2, 4, 0x400101, 0x778, 0x400101, 0x400301, 0, 1, 0},
                                  8, false);
  EXPECT_EQ(Read(bytes),
            "samples/count cpu/nanoseconds period cpu/nanoseconds 1000000\n"
            "1 1000000: 0x400100 0x400200\n"
            "2 2000000: 0x400101 0x400300\n"
            "0x400100 M1\n0x400200 M1\n0x400101 M1\n0x400300 M1\n"
            "M1 0x0-0xffffffffffffffff+0x0  \n");
}

TEST(LegacyCpu, ACutFileIsReadAsFarAsItGoes) {
  const std::string whole = Words({0, 3, 0, 1000, 0, 7, 1, 0x10, 9, 1, 0x20}, 8, false);
  EXPECT_EQ(Read(whole),
            "samples/count cpu/nanoseconds period cpu/nanoseconds 1000000\n"
            "7 7000000: 0x10\n9 9000000: 0x20\n"
            "0x10 M1\n0x20 M1\nM1 0x0-0xffffffffffffffff+0x0  \n");
  EXPECT_EQ(Read(whole.substr(0, whole.size() - 12)), "unrecognized profile format");
  EXPECT_EQ(Read(Words({0, 3, 2, 1000, 0}, 8, false)), "unrecognized profile format");
}

TEST(LegacyCpu, JavaNamesItsAddresses) {
  const std::string bytes = Words({0, 3, 1, 1000, 0, 4, 3, 0x10, 0x20, 0x30, 0, 1, 0}, 8, false) +
                            "  0x10  com.example.Server.run (Server.java:203)\n"
                            "  0x20  memcpy (/lib/x86/libc.so.6)\n"
                            "  0x99  never.used (No.java:1)\n"
                            "  0x30  generated stub/JIT\n";
  EXPECT_EQ(Read(bytes),
            "samples/count cpu/nanoseconds period cpu/nanoseconds 1000000\n"
            "4 4000000: 0x0 0x0 0x0\n"
            "0x0 M0 com.example.Server.run Server.java:203\n"
            "0x0 M0 memcpy libc.so.6:0\n"
            "0x0 M0 STUB :0\n");
}

TEST(LegacyHeap, BothColumnsWhereTheyDiffer) {
  EXPECT_EQ(Read("heap profile: 3: 48 [5: 80] @ heapprofile\n"
                 "  1: 16 [2: 32] @ 0x401001 0x402001\n"
                 "  2: 32 [3: 48] @ 0x401001\n"
                 "MAPPED_LIBRARIES:\n"
                 "00400000-0049f000 r-xp 00000000 08:01 3016 /bin/server\n"
                 "0049f000-005a0000 rw-p 0009f000 08:01 3016 /bin/server\n"),
            "alloc_objects/count alloc_space/bytes inuse_objects/count inuse_space/bytes "
            "period space/bytes 1\n"
            "2 32 1 16: 0x401000 0x402000 {bytes=16}\n"
            "3 48 2 32: 0x401000 {bytes=16}\n"
            "0x401000 M1\n0x402000 M1\n"
            "M1 0x400000-0x49f000+0x0 /bin/server \n");
  EXPECT_EQ(Read("heap profile: 3: 48 [3: 48] @ heapprofile\n3: 48 [3: 48] @ 0x11\n"),
            "objects/count space/bytes period space/bytes 1\n3 48: 0x10 {bytes=16}\n0x10 M1\n"
            "M1 0x0-0xffffffffffffffff+0x0  \n");
}

TEST(LegacyHeap, RatesOfSampledKinds) {
  const auto first = [](std::string_view kind) {
    const std::string text =
        Read("heap profile: 2: 64 [4: 128] @ " + std::string(kind) + "\n2: 64 [4: 128] @ 0x10\n");
    const size_t begin = text.find('\n') + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
  };
  // 1/(1-exp(-32/512)) = 16.505
  EXPECT_EQ(first("heap_v2/512"), "66 2112 33 1056: 0xf {bytes=32}");
  EXPECT_EQ(first("heapz_v2/512"), first("heap_v2/512"));
  EXPECT_EQ(first("heap/1024"), first("heap_v2/512"));
  EXPECT_EQ(first("heapprofile"), "4 128 2 64: 0xf {bytes=32}");
  EXPECT_EQ(first("growthz"), "2 64: 0xf {bytes=32}");
  EXPECT_EQ(first("fragmentationz"), "2 64: 0xf {bytes=32}");
  EXPECT_EQ(Read("heap profile: 2: 64 [4: 128] @ heapz/512\n"), "unrecognized profile format");
}

TEST(LegacyHeap, Errors) {
  const std::string header = "heap profile: 2: 64 [4: 128] @ heapprofile\n";
  EXPECT_EQ(Read(header + "what is this\n"), "unexpected number of sample values: got 0, want 6");
  EXPECT_EQ(Read(header + "0: 64 [1: 1] @ 0x1\n"), "inuse count was 0 but inuse bytes was 64");
  EXPECT_EQ(Read(header + "99999999999999999999: 64 [1: 1] @ 0x1\n"),
            "malformed sample: 99999999999999999999: 64 [1: 1] @ 0x1: strconv.ParseInt: parsing "
            "\"99999999999999999999\": value out of range");
  EXPECT_EQ(Read(header + "1: 64 [1: 1] @ 0x11112222333344445\n"),
            "malformed sample: 1: 64 [1: 1] @ 0x11112222333344445: failed to parse as hex 64-bit number: "
            "0x11112222333344445");
  EXPECT_EQ(Read(header + std::string(70'000, '1')), "bufio.Scanner: token too long");
}

TEST(LegacyCounts, GoroutinesAndThreads) {
  EXPECT_EQ(Read("\n# comment\ngoroutine profile: total 7\n"
                 "5 @ 0x43bd21 0x40ab91\n#\t0x43bd20\truntime.gopark+0xce\t/go/proc.go:435\n\n"
                 "2 @ 0x43bd21\n"),
            "goroutine/count period goroutine/count 1\n"
            "5: 0x43bd20 0x40ab90\n2: 0x43bd20\n"
            "0x43bd20 M1\n0x40ab90 M1\nM1 0x0-0xffffffffffffffff+0x0  \n");
  EXPECT_EQ(Read("goroutine profile: total 7\n5 @ 0x1 x\n"), "malformed profile format");
  EXPECT_EQ(Read("goroutine profile: total 7\n08 @ 0x1\n"), "malformed profile format");  // octal
  EXPECT_EQ(DropFrames("threadcreate profile: total 1\n1 @ 0x1\n"),
            "ProfileData::Add|ProfileData::prof_handler|CpuProfiler::prof_handler|__pthread_sighandler|"
            "__restore");
}

TEST(LegacyThreads, SameAsPreviousCountsOnce) {
  EXPECT_EQ(Read("--- threadz 1 ---\n\n"
                 "--- Thread 7f01 (name: main/14) stack: ---\n"
                 "  PC: 0x400100 0x400201\n"
                 "--- Thread 7f02 (name: worker/15) stack: ---\n"
                 "  [same as previous thread]\n"
                 "---- no stack trace for 3 threads\n"
                 "--- Memory map: ---\n"
                 "  400000-500000: /bin/server\n"),
            "thread/count period thread/count 1\n2: 0x400100 0x400200\n0x400100 M1\n0x400200 M1\n"
            "M1 0x400000-0x500000+0x0 /bin/server \n");
  EXPECT_EQ(Read("--- threadz 1 ---\n--- Thread x\n"), "unrecognized profile format");
}

TEST(LegacyContention, CyclesBecomeNanoseconds) {
  const std::string_view bytes =
      "--- contentionz 1 ---\n"
      "cycles/second = 2000000000\n"
      "sampling period = 100\n"
      "ms since reset = 16\n"
      "discarded samples = 0\n"
      "  4000 3 @ 0x400101 0x400201\n";
  EXPECT_EQ(Read(bytes),
            "contentions/count delay/nanoseconds period contentions/count 100\n"
            "300 200000: 0x400100 0x400200\n0x400100 M1\n0x400200 M1\n"
            "M1 0x0-0xffffffffffffffff+0x0  \n");
  EXPECT_EQ(ReadLegacyProfile(bytes)->duration_nanos, 16'000'000);
  EXPECT_TRUE(DropFrames(bytes).starts_with("RecordLockProfileData|"));
  EXPECT_EQ(Read("--- mutex:\ncycles/second=1\nno numbers\n"), "unrecognized profile format");
}

TEST(LegacyJava, HeapAndContention) {
  EXPECT_EQ(Read("--- heapz 1 ---\nformat = java\nresolution = bytes\n"
                 "  1048576 2 @ 0x10 0x20\n"
                 " 0x10 com.example.A.f (A.java:7)\n 0x20 GC\n"),
            "inuse_objects/count inuse_space/bytes period / 0\n"
            "3 1658822: 0x0 0x0 {bytes=524288}\n"
            "0x0 M0 com.example.A.f A.java:7\n0x0 M0 GC :0\n");
  EXPECT_EQ(Read("--- contentionz 1 ---\nformat = java\nresolution = microseconds\nsampling period = 10\n"
                 "ms since reset = 6000\n 5 2 @ 0x10\n"),
            "contentions/count delay/microseconds period contentions/count 10\n20 50: 0x0\n0x0 M1\n"
            "M1 0x0-0xffffffffffffffff+0x0  \n");
  EXPECT_EQ(Read("--- heapz 1 ---\n 5 2 @ 0x10\n"), "missing sample type information");
}

TEST(LegacyMemoryMap, LinesOfEveryKind) {
  const std::string header =
      "goroutine profile: total 1\n1 @ 0x400101 0x7f0001 0x9001\n--- Memory map: ---\n";
  EXPECT_EQ(Read(header + "build=/usr/bin\n"
                          "nonsense\n"
                          "main.cc:12] 7f0000-7f8000 r-xp 00000000 08:01 9 /lib/libc-2.31.so\n"
                          "0x401000-0x500000 $build/server (@1000) 4f2a9c1e\n"
                          "600000-700000 rw-p 00000000 08:01 9 /lib/data\n"),
            "goroutine/count period goroutine/count 1\n1: 0x400100 0x7f0000 0x9000\n"
            "0x400100 M1\n0x7f0000 M2\n0x9000 M3\n"
            "M1 0x400000-0x500000+0x0 /usr/bin/server 4f2a9c1e\n"
            "M2 0x7f0000-0x7f8000+0x0 /lib/libc-2.31.so \n"
            "M3 0x0-0xffffffffffffffff+0x0  \n");
  // Halves of one mapping; the first part of the binary is huge pages.
  EXPECT_EQ(Read(header + "400000-401000 r-xp 00000000 00:00 0 /anon_hugepage (deleted)\n"
                          "401000-402000 r-xp 00001000 08:01 9 /bin/server\n"
                          "402000-403000 r-xp 00002000 08:01 9 /bin/server\n"),
            "goroutine/count period goroutine/count 1\n1: 0x400100 0x7f0000 0x9000\n"
            "0x400100 M1\n0x7f0000 M2\n0x9000 M2\n"
            "M1 0x400000-0x403000+0x0 /bin/server \n"
            "M2 0x0-0xffffffffffffffff+0x0  \n");
}

TEST(LegacyMemoryMap, VariablesCannotGrowWithoutBound) {
  std::string bytes =
      "goroutine profile: total 1\n1 @ 0x1\n--- Memory map: ---\na=" + std::string(60'000, 'v');
  bytes += "\n1-2 /";
  for (int i = 0; i < 1000; ++i) bytes += "$a";
  EXPECT_EQ(Read(bytes + "\n"), "memory map: its variables add more than 1048576 bytes");
}

// Values are those of math.Exp of Go 1.26 on amd64, last digit included: int64(1e15 * 1/(1-exp(-x))).
TEST(Unsample, HasGosLastDigits) {
  EXPECT_EQ(Unsample({1'000'000'000'000'000, 1'000'000'000'000'000}, 3).objects, 3527726473157129);
  EXPECT_EQ(Unsample({0, 5}, 512).bytes, 0);
  EXPECT_EQ(Unsample({7, 5}, 1).bytes, 5);
  EXPECT_EQ(Unsample({-2, -64}, 512).bytes, -1056);
}

}  // namespace
}  // namespace seep::parse::pprof_legacy
